const quarterHour = 900_000_000
const kept = 2048

export type Zone = { readonly name: string; readonly offsetMicros: (time: number) => number }

const zones = new Map<string, Zone>()
const zonesMax = 1000

/** A zone of the IANA database, such as Asia/Kolkata; undefined when there is none of that name. */
export function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = name.length > 60 ? undefined : createZone(name)
  if (zone !== undefined && zones.size < zonesMax) zones.set(name, zone)
  return zone
}

function createZone(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
  // Zones change their offset at quarters of an hour only, so one answer serves the whole quarter.
  const offsets = new Map<number, number>()
  return {
    name,
    offsetMicros: (time) => {
      const quarter = Math.floor(time / quarterHour)
      const known = offsets.get(quarter)
      if (known !== undefined) return known
      if (offsets.size >= kept) offsets.clear()
      const offset = readOffset(format, (quarter * quarterHour) / 1000)
      offsets.set(quarter, offset)
      return offset
    },
  }
}

/** `GMT`, `GMT+05:30`, `GMT-00:44:30`. */
function readOffset(format: Intl.DateTimeFormat, atMs: number): number {
  const text = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? []
  const micros = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000
  return sign === '-' ? -micros : micros
}

export const dayMicros = 86_400_000_000

/** Microseconds since midnight in the zone. */
export function timeOfDay(zone: Zone, time: number): number {
  const local = time + zone.offsetMicros(time)
  return ((local % dayMicros) + dayMicros) % dayMicros
}

/** Whole days since 1970-01-01 in the zone. */
export function dayNumber(zone: Zone, time: number): number {
  return Math.floor((time + zone.offsetMicros(time)) / dayMicros)
}
