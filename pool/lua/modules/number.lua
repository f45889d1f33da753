-- A proxy number's document. Its field `cells` names the cells that have it: those to choose from, `reserved`,
-- `draining`.
local number = {}
local keys = use('storage.keys')
local decoded = use('storage.decoded')
local cell = use('pool.cell')

local function text(tx, value)
  if tx.numbers[value] == nil then tx.numbers[value] = redis.call('HGET', keys.numbers(tx), value) end
  return tx.numbers[value]
end

-- Returns the document, or nil if the Service has no such number. Nobody changes it, since others share it: see copy.
function number.read(tx, value)
  return text(tx, value) and decoded.read(tx.numbers[value]) or nil
end

-- Returns a document that the caller may change, or nil.
function number.copy(tx, value)
  return text(tx, value) and cjson.decode(tx.numbers[value]) or nil
end

function number.copy_by_sid(tx, sid)
  local value = redis.call('HGET', keys.pns(tx), sid)
  return value and number.copy(tx, value) or nil
end

function number.save(tx, doc)
  tx.numbers[doc.number] = cjson.encode(doc)
  redis.call('HSET', keys.numbers(tx), doc.number, tx.numbers[doc.number])
end

-- Moves it into other cells, with its score. The caller saves the document.
function number.move(tx, doc, cells)
  local score = redis.call('ZSCORE', keys.cell(tx, doc.cells[1]), doc.number) or 0
  for _, name in ipairs(doc.cells) do redis.call('ZREM', keys.cell(tx, name), doc.number) end
  for _, name in ipairs(cells) do redis.call('ZADD', keys.cell(tx, name), score, doc.number) end
  doc.cells = cells
end

function number.open_sessions(tx, doc)
  return math.floor((cell.score(tx, { doc.cells[1] }, doc.number) or 0) / cell.UNIT)
end

-- Returns how many numbers the Service has, without draining ones.
function number.count(tx)
  return redis.call('ZCARD', keys.pool(tx)) - redis.call('ZCARD', keys.cell(tx, 'draining'))
end

-- Returns the answer of a function that shows a number. `doc`: a copy.
function number.reply(tx, doc)
  doc.in_use = number.open_sessions(tx, doc)
  return cjson.encode({ number = doc })
end

return number
