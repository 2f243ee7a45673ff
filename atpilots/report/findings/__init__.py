"""report/findings"""
