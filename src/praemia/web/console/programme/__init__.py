"""The programme in the console: edited in forms and as text, planned, applied and taken back; tried out; its catalogue, codes and terms."""
