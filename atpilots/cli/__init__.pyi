from .parser import main as main
