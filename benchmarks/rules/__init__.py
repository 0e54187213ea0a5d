"""How well each rule tells faulty analyses from clean ones."""
