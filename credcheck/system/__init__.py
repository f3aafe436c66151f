"""What credcheck asks of the operating system: files, streams, terminals, signals."""
