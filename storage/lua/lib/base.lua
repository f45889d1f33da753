-- What every script begins with: its arguments, the Service, its clock, its answers.
local args = cjson.decode(ARGV[1])

local function service()
  local text = redis.call('GET', K.service())
  return text and cjson.decode(text)
end

-- Number of the last event, the epoch and the Service's version, as `clock` found them.
local events, epoch, version

-- The store's time in ms, never going back; args.now is given by tests alone. Goes before any `emit`.
local function clock()
  local now = args.now
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local at, n, e, v = unpack(redis.call('HMGET', K.clock(), 'at', 'n', 'e', 'v'))
  events, epoch, version = tonumber(n or 0), e or '0', v or ''
  return math.max(now, tonumber(at or 0))
end

local function given(value)
  if value ~= cjson.null then return value end
end

local function fail(code, about)
  return cjson.encode({ error = code, about = about })
end
