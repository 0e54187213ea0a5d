"""Cells of all sorts, grouped into notebooks: what a forked kernel must show exactly as a plain one does."""

from __future__ import annotations

TEXT = """
print("a"); print("b")
===
import sys; print("out"); print("err", file=sys.stderr); print("out again")
===
print("no newline", end=""); print(" and on")
===
for i in range(3): print(i, flush=True)
===
import os; os.write(1, b"straight to 1\\n"); None
===
import subprocess; subprocess.run(["echo", "from a child"]); None
===
import subprocess; print("before", flush=True); subprocess.run(["sh", "-c", "echo one; echo two"]); None
===
!echo from the shell
===
files = !echo caught
files
===
%%bash
echo a script; echo to stderr >&2
===
%%capture caught
print("hidden"); 1 + 1
===
caught.stdout
===
%who_ls int
===
%%writefile written.txt
text
===
open("written.txt").read()
===
print("\\x1b[31mred\\x1b[0m")
===
print("half\\rwhole")
===
print("é ü 漢字 🎉 \\u2028 end")
===
print("x" * 100_000)
===
print("\\udcff".encode("utf-8", "surrogateescape"))
===
import logging; logging.warning("a warning"); logging.getLogger("x").error("an error")
===
import warnings; warnings.warn("careful")
===
import warnings; warnings.warn("again", DeprecationWarning)
===
from tqdm import tqdm
for _ in tqdm(range(3), ncols=60): pass
===
from tqdm.auto import tqdm as auto
for _ in auto(range(3), ncols=60): pass
===
help(len)
===
len?
===
import atexit; atexit.register(lambda: open("left.txt", "w").write("left")); None
===
_ = input.__name__; _
"""

DISPLAYS = """
1 + 1
===
"text"; "last"
===
None
===
1; 2;
===
x = 3
x
===
[_, __]
===
In[1], Out[1]
===
from IPython.display import HTML, display, Markdown, Latex, JSON, SVG, Image, Javascript, clear_output, update_display
HTML("<b>bold</b>")
===
display(Markdown("# Title")); display(Latex("$x$")); display(JSON({"a": [1, None]})); SVG("<svg xmlns='http://www.w3.org/2000/svg'/>")
===
display("to be changed", display_id="one"); print("between")
===
update_display("changed", display_id="one")
===
handle = display("first", display_id=True); handle.update("second"); None
===
print("gone"); clear_output(); print("kept")
===
print("gone later"); clear_output(wait=True); print("instead")
===
print("stays"); clear_output(wait=True)
===
display({"text/plain": "raw", "application/x-own+json": {"a": 1}}, raw=True)
===
display(1, 2, HTML("<i>i</i>"))
===
class Shown:
    def _repr_html_(self): return "<p>shown</p>"
    def _repr_png_(self): return b"\\x89PNG"
    def __repr__(self): return "shown"
Shown()
===
class Bundle:
    def _repr_mimebundle_(self, **asked): return {"text/plain": "b", "text/x": "y"}, {"text/x": {"m": 1}}
Bundle()
===
class Broken:
    def _repr_html_(self): raise ValueError("cannot be shown")
    def __repr__(self): return "broken"
Broken()
===
import nbpeer; nbpeer.result("count", 3); nbpeer.expect("holds", True); nbpeer.caveat("none")
===
get_ipython().kernel.__class__.__name__, get_ipython().__class__.__name__
===
get_ipython().kernel.shell is get_ipython()
===
import sys; len(sys.argv), sys.argv[1], sys.argv[0].endswith("ipykernel_launcher.py"), sys.argv[3:]
===
import os, sys; os.getcwd(), sys.path[0], __name__, "__file__" in globals()
===
import os; os.getpgrp() == os.getpid() == os.getsid(0), os.environ["MPLBACKEND"], "JPY_PARENT_PID" in os.environ
===
import threading; threading.current_thread() is threading.main_thread()
===
import signal
[signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGCHLD)], signal.getsignal(signal.SIGINT).__name__
===
import sys; sys.stdin.read(), sys.stdout.isatty(), sys.stdout.encoding
"""

ERRORS = """
1 / 0
===
def f():
    raise KeyError("deep")
f()
===
try:
    1 / 0
except ZeroDivisionError as error:
    raise ValueError("from another") from error
===
x = (1,
===
  indented = 1
 wrong
===
print("said before"); undefined
===
import nothing_of_this_name
===
input("name? ")
===
import getpass; getpass.getpass()
===
raise KeyboardInterrupt
===
assert 1 == 2, "not equal"
===
raise ExceptionGroup("many", [ValueError("a"), TypeError("b")])
===
%not_a_magic
===
!exit 3
===
_exit_code
===
%%bash
exit 3
===
import traceback; traceback.print_stack(limit=1)
===
import os; os.kill(os.getpid(), 2)
===
eval("1 +")
===
class Silent(Exception):
    def _render_traceback_(self): return ["my own traceback"]
raise Silent
"""

ASYNC = """
import asyncio; await asyncio.sleep(0.01); print("awaited")
===
async def later():
    await asyncio.sleep(0)
    return 7
await later()
===
asyncio.run(later())
===
task = asyncio.create_task(later()); None
===
task.done(), await task
===
import threading
thread = threading.Thread(target=lambda: print("from a thread")); thread.start(); thread.join()
===
from concurrent.futures import ThreadPoolExecutor
list(ThreadPoolExecutor(2).map(lambda x: x * x, range(4)))
===
import os
pid = os.fork()
if pid == 0:
    print("from the forked"); import sys; sys.stdout.flush(); os._exit(0)
os.waitpid(pid, 0)[1]
===
import multiprocessing
def square(x): return x * x
with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(square, range(4)))
===
from contextvars import ContextVar
var = ContextVar("var"); var.set(3); None
===
var.get()
===
import time
%time time.sleep(0)
"""

LIBRARIES = """
import numpy as np, pandas as pd
import matplotlib.pyplot as plt
===
np.random.seed(0); np.random.rand(3)
===
frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.to_datetime(["2026-01-01", None])})
frame
===
frame.describe(include="all")
===
frame.style.highlight_max(subset=["a"])
===
plt.plot([1, 2, 3]); plt.title("line")
===
fig, ax = plt.subplots(figsize=(2, 2)); ax.bar(["a", "b"], [1, 2]); plt.show(); print("after the figure")
===
fig
===
%matplotlib inline
%config InlineBackend.figure_formats = ["svg"]
plt.plot([1, 2]); None
===
frame.plot()
===
plt.get_backend()
===
import scipy.stats; scipy.stats.norm.cdf(0)
===
from PIL import Image; Image.new("RGB", (4, 4), "red")
===
import sqlite3; pd.read_sql("select 1 as one", sqlite3.connect(":memory:"))
===
pd.Series([1.5, np.nan], name="s")
===
pd.set_option("display.max_rows", 2); pd.DataFrame({"n": range(5)})
===
np.arange(3) / 0
===
frame["missing"]
===
import matplotlib; matplotlib.rcParams["figure.dpi"], plt.isinteractive()
===
import sys; sorted(name for name in sys.modules if name.startswith("nbpeer"))
"""

WIDGETS = """
import ipywidgets as widgets
slider = widgets.IntSlider(value=3); slider
===
slider.value = 5; slider.value
===
out = widgets.Output(); out
===
with out: print("into the widget"); 1 + 1
===
out.outputs
===
@widgets.interact(x=2)
def double(x): print(x * 2)
===
print("and on")
"""

NOTEBOOKS = {
    "text": TEXT,
    "displays": DISPLAYS,
    "errors": ERRORS,
    "async": ASYNC,
    "libraries": LIBRARIES,
    "widgets": WIDGETS,
}


def cells(name: str) -> list[str]:
    """The sources of one notebook's cells."""
    return [source.strip("\n") for source in NOTEBOOKS[name].split("\n===\n")]
