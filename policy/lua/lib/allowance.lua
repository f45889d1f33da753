-- use: base
-- What may still be sent today, in segments: the account hands its day's worth out to its Services in parts. Only where
-- args.ceiling says that there is an end to it. A day is one of UTC.
local DAY_MS, SAID_SEGMENTS = 86400000, 2

local function allowance(now)
  local day, left = unpack(redis.call('HMGET', K.allowance(), 'day', 'left'))
  return tonumber(day) == math.floor(now / DAY_MS) and tonumber(left) or 0
end

local function keep_allowance(left, now)
  redis.call('HSET', K.allowance(), 'day', math.floor(now / DAY_MS), 'left', left)
end

-- What the account gave since it was asked. Once: a script that is repeated ends before this.
local function take_grant(now)
  local grant = args.grant
  if grant and grant.day == math.floor(now / DAY_MS) then keep_allowance(allowance(now) + grant.segments, now) end
end

local function short_of(count, now)
  return args.ceiling and allowance(now) < count
end

-- The account has to be asked for more before anything is decided; returns that answer.
local function ask_for(count, now)
  if args.grant or not short_of(count, now) then return nil end
  return cjson.encode({ outcome = 'short', need = count - allowance(now), day = math.floor(now / DAY_MS) })
end

-- Why a text of this Session is not relayed, or nil. Nobody is told: that would cost, too.
local function ceiling_reached(session, now)
  if args.kind ~= 'message' or not short_of(args.segments, now) then return nil end
  return { reason = 'ceiling', session = session, code = 63038, silent = true }
end

local function spend(count, now)
  if args.ceiling then keep_allowance(allowance(now) - count, now) end
end
