"""The load generator, a process of its own: raw keep-alive HTTP/1.1 connections, requests cut from prepared bytes.

No HTTP library: the generator shares the machine with the server, so it has to be cheap, and it says what it used.
Everything it sends follows from a number, so that the very same requests can be sent again.
"""
