"""The scenario adapter: plays stories written in shop words against the public HTTP API and compares exact figures.

`vocabulary` names every word a story may use and the capability it needs; `stories` reads files; `scope` says what a story
asks for; `translation` makes a programme file of ours; `stage`, `steps` and `expectations` play and compare; `running` and
`reporting` do so for folders; `server` starts the real thing. A new capability: mark its words served, translate them, act.
"""
