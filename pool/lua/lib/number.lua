-- use: base, lease
-- A number of the pool stands in the cells of its document: those it is chosen from, or `reserved`, or `draining`.
local function load_of(doc)
  return math.floor(tonumber(redis.call('ZSCORE', K.cell(doc.cells[1]), doc.number) or 0) / UNIT)
end

-- Without those that are leaving.
local function pool_size()
  return redis.call('ZCARD', K.pool()) - redis.call('ZCARD', K.cell('draining'))
end

local function save_number(doc)
  redis.call('HSET', K.numbers(), doc.number, cjson.encode(doc))
end

local function move(doc, cells)
  local score = redis.call('ZSCORE', K.cell(doc.cells[1]), doc.number) or 0
  for _, cell in ipairs(doc.cells) do redis.call('ZREM', K.cell(cell), doc.number) end
  for _, cell in ipairs(cells) do redis.call('ZADD', K.cell(cell), score, doc.number) end
  doc.cells = cells
end

local function number_by_sid(sid)
  local number = redis.call('HGET', K.pns(), sid)
  return number and number_doc(number)
end

local function shown_number(doc)
  doc.in_use = load_of(doc)
  return cjson.encode({ number = doc })
end
