"""The providers that credcheck knows by itself."""
