"""The same answers for programs: HTTP, OpenAI's format, MCP tools."""
