-- The store's Lua 5.1. `use` is a function of the text that storage/library.py builds.
std = {
  read_globals = {
    'redis', 'server', 'cjson', 'cmsgpack', 'bit', 'struct', 'use',
    'error', 'ipairs', 'math', 'next', 'pairs', 'pcall', 'string', 'table', 'tonumber', 'tostring', 'type', 'unpack',
  },
}
max_line_length = 130
max_cyclomatic_complexity = false
