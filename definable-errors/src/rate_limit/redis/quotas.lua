-- How a client stands with a quota, read from one key and written to it. A script is this file and
-- then what it does with it. Every number is whole and less than 2^53, which a double holds exactly;
-- only steady rates over more than 104 days are rounded, by nanoseconds.

-- Microseconds by the server's clock, which is the same for all who ask, or by that of a test.
local now = tonumber(ARGV[1])
-- What a key outlives its use by, in milliseconds. The clock of a test is not the one keys expire by.
local slack = 3600000
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
    slack = 1
end

local function keep(quota, numbers, microseconds)
    local milliseconds = math.ceil(microseconds / 1000) + slack
    redis.call('SET', quota.key, cmsgpack.pack(numbers), 'PX', milliseconds)
end

-- A sliding window: how much was taken in each part of time, oldest first. Of most parts only their
-- number is known, so they count until their last moment is a window ago: for `span` after it. Of the
-- newest request the moment is known. Stored are that moment, and for each part its age in parts and
-- how much.
local window = {}

-- When the part does not count any more: nothing was taken after the newest request.
local function over_at(quota, part)
    return math.min((part + 1) * quota.step, quota.last) + quota.span
end

function window.read(quota)
    local current = math.floor(now / quota.step)
    local stored = redis.call('GET', quota.key)
    local numbers = stored and cmsgpack.unpack(stored) or { now }
    quota.last = numbers[1]
    local newest = math.floor(quota.last / quota.step)
    local parts, taken, used, last = {}, {}, 0, 0
    quota.is_ahead = newest > current
    if quota.is_ahead then
        -- What lies in the future was taken before the clock went back: it counts as new.
        quota.last = now
    end
    for at = 2, #numbers, 2 do
        local part, cost = math.min(newest - numbers[at], current), numbers[at + 1]
        if over_at(quota, part) > now then
            if parts[last] ~= part then
                last = last + 1
                parts[last], taken[last] = part, 0
            end
            taken[last], used = taken[last] + cost, used + cost
        end
    end
    quota.current = current
    quota.parts, quota.taken, quota.used = parts, taken, used
end

-- The time until the oldest that are so many together do not count any more.
function window.wait(quota, needed)
    local sum = 0
    for at, part in ipairs(quota.parts) do
        sum = sum + quota.taken[at]
        if sum >= needed then
            return over_at(quota, part) - now
        end
    end
    return 0
end

function window.lacks(quota)
    local lacking = quota.used + quota.cost - quota.capacity
    if lacking <= 0 then
        return 0
    end
    return window.wait(quota, lacking)
end

function window.consume(quota)
    local last = #quota.parts
    if quota.parts[last] ~= quota.current then
        last = last + 1
        quota.parts[last], quota.taken[last] = quota.current, 0
    end
    if quota.used == 0 or quota.last < now then
        quota.last = now
    end
    quota.taken[last] = quota.taken[last] + quota.cost
    quota.used = quota.used + quota.cost
end

function window.refund(quota, microseconds)
    local taken_in = math.floor(microseconds / quota.step)
    for at, part in ipairs(quota.parts) do
        if part == taken_in then
            local back = math.min(quota.taken[at], quota.cost)
            quota.taken[at] = quota.taken[at] - back
            quota.used = quota.used - back
        end
    end
end

function window.write(quota)
    local parts, taken = quota.parts, quota.taken
    local newest = math.floor(quota.last / quota.step)
    local numbers, length = { quota.last }, 1
    for at = 1, #parts do
        if taken[at] > 0 then
            numbers[length + 1], numbers[length + 2] = newest - parts[at], taken[at]
            length = length + 2
        end
    end
    keep(quota, numbers, quota.last + quota.span - now)
end

-- What is left, when all is there again, and what a later call needs to give this back.
function window.stand(quota)
    local full = quota.used > 0 and quota.last + quota.span - now or 0
    return quota.capacity - quota.used, full, 0
end

-- A steady rate (GCRA): for how many nanoseconds everything is used that comes back meanwhile, at
-- most `span` of them. Stored is when that was so, and what it was.
local rate = {}

function rate.read(quota)
    quota.used = 0
    local stored = redis.call('GET', quota.key)
    if stored then
        local numbers = cmsgpack.unpack(stored)
        local used = numbers[2] - (now - numbers[1]) * 1000
        -- Nobody can use more than everything: if somebody seems to have, the clock went back.
        quota.is_ahead = used > quota.span
        quota.used = math.min(math.max(used, 0), quota.span)
    end
end

function rate.lacks(quota)
    return math.max(quota.used + quota.step * quota.cost - quota.span, 0)
end

function rate.consume(quota)
    quota.used = quota.used + quota.step * quota.cost
end

-- Nothing of this came back before it was taken: until its end there is at least so much of it.
function rate.refund(quota, microseconds, nanoseconds)
    local left = (microseconds - now) * 1000 + nanoseconds
    local back = math.max(math.min(left, quota.step * quota.cost), 0)
    quota.used = math.max(quota.used - back, 0)
end

function rate.write(quota)
    keep(quota, { now, quota.used }, quota.used / 1000)
end

function rate.stand(quota)
    return math.floor((quota.span - quota.used) / quota.step), quota.used, quota.step * quota.cost
end

-- The quotas of a client, one a key, each with so many numbers after the time.
local function read(width)
    local quotas = {}
    for at, key in ipairs(KEYS) do
        local first = 2 + (at - 1) * width
        local quota = {
            kind = ARGV[first] == 'window' and window or rate,
            key = key,
            capacity = tonumber(ARGV[first + 1]),
            step = tonumber(ARGV[first + 2]),
            span = tonumber(ARGV[first + 3]),
            cost = tonumber(ARGV[first + 4]),
            more = first + 5,
        }
        quota.kind.read(quota)
        quotas[at] = quota
    end
    return quotas
end
