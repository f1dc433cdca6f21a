"""The screen: the only package that imports PyQt6 or pyqtgraph."""
