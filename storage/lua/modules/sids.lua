-- A SID as it is stored in packed values: 16 bytes, without its two letters.
local sids = {}

-- Returns the 16 bytes; what has not the form of a SID stays as it is.
function sids.pack(sid)
  if #sid ~= 34 or not string.find(sid, '^%u%u[%da-f]+$') then return sid end
  local function part(n) return tonumber(string.sub(sid, n, n + 7), 16) end
  return struct.pack('>I4I4I4I4', part(3), part(11), part(19), part(27))
end

-- `letters`: of its kind, for example KC.
function sids.unpack(letters, packed)
  if #packed ~= 16 then return packed end
  return letters .. string.format('%08x%08x%08x%08x', struct.unpack('>I4I4I4I4', packed))
end

return sids
