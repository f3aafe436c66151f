"""How credcheck talks to the network."""
