"""What Prometheus reads at ``/metrics``: requests as the web processes counted them, and the state of the work.

No name, address or key of anybody is a label; routes stand for addresses.
"""
