"""What befalls the world around the program: mail servers, Redis, networks, disks, clocks, versions. Each scenario is
done for real, in processes and servers of its own, and followed by the invariants."""
