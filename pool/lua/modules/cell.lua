-- Cells: the sorted sets from which a proxy number is chosen. Its score: open Sessions * UNIT + second of its last
-- release.
local cell = { UNIT = 4294967296 }
local keys = use('storage.keys')

-- Returns the number's score in the first of these cells that has it, or nil.
function cell.score(tx, cells, number)
  for _, name in ipairs(cells) do
    local score = redis.call('ZSCORE', keys.cell(tx, name), number)
    if score then return tonumber(score) end
  end
end

-- Returns the `size` numbers of the cell with the lowest scores, each followed by its score. Two people who join at once
-- share one reading.
function cell.lowest(tx, name, size)
  local windows = tx.windows[size] or {}
  tx.windows[size] = windows
  windows[name] = windows[name] or redis.call('ZRANGE', keys.cell(tx, name), 0, size - 1, 'WITHSCORES')
  return windows[name]
end

-- Counts one more open Session at this number.
function cell.add_session(tx, cells, number)
  tx.windows = {}
  for _, name in ipairs(cells) do redis.call('ZINCRBY', keys.cell(tx, name), cell.UNIT, number) end
end

-- Counts `count` fewer open Sessions, and notes the release. A draining number has left its cells; XX keeps it out.
function cell.remove_sessions(tx, cells, number, count)
  tx.windows = {}
  for _, name in ipairs(cells) do
    local score = tonumber(redis.call('ZSCORE', keys.cell(tx, name), number) or 0)
    local open = math.max(math.floor(score / cell.UNIT) - count, 0)
    redis.call('ZADD', keys.cell(tx, name), 'XX', open * cell.UNIT + math.floor(tx.now / 1000), number)
  end
end

return cell
