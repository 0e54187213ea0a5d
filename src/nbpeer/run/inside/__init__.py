"""What runs in a kernel's own Python, which may lack nbpeer: started by path, standard library and ipykernel only."""
