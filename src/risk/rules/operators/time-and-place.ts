import { type Place, placeOf, type TypeName, type Value } from '../values.ts'
import { dayMicros, dayNumber, timeOfDay, type Zone, zoneOf } from '../zones.ts'
import { type Argument, binary, type Operator, type Overload, unary } from './operator.ts'

const hourMicros = dayMicros / 24
const minuteMicros = hourMicros / 60

/** Names of CEL. The zone must be a literal, so that a wrong one is seen before the rule is published. */
const parts: Readonly<Record<string, (zone: Zone, time: number) => number>> = {
  getHours: (zone, time) => Math.floor(timeOfDay(zone, time) / hourMicros),
  getMinutes: (zone, time) => Math.floor((timeOfDay(zone, time) % hourMicros) / minuteMicros),
  // 0 is Sunday; 1970-01-01 was a Thursday.
  getDayOfWeek: (zone, time) => (((dayNumber(zone, time) + 4) % 7) + 7) % 7,
  getDate: (zone, time) => new Date(dayNumber(zone, time) * 86_400_000).getUTCDate(),
}

function part(name: string, read: (zone: Zone, time: number) => number): Operator {
  return {
    name,
    cost: 5,
    overloads: [
      {
        takes: ['time', 'text'],
        gives: 'whole',
        make: (time, zoneName) => {
          const zone = zoneOf(String(zoneName?.constant ?? '')) as Zone
          return unary<number>((value) => read(zone, value))(time as Argument)
        },
        refuse: ([, zone]) =>
          typeof zone !== 'string' || zoneOf(zone) === undefined
            ? [`${name} takes the name of a time zone`, `Write one such as ${name}("Asia/Kolkata") or ${name}("UTC")`]
            : undefined,
      },
    ],
  }
}

const earthKilometers = 6371.0088
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Kilometers along the surface, by the formula of haversines. */
export function distanceKm(from: Place, to: Place): number {
  const [south, north] = [radians(from.latitude), radians(to.latitude)]
  const up = Math.sin((north - south) / 2) ** 2
  const along = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  return 2 * earthKilometers * Math.asin(Math.min(1, Math.sqrt(up + Math.cos(south) * Math.cos(north) * along)))
}

const make = (made: unknown) => made as Overload['make']
const overload = (takes: readonly TypeName[], gives: TypeName, made: unknown): Overload => ({
  takes,
  gives,
  make: make(made),
})

const place = binary<number, number>(
  (latitude, longitude, evaluation): Value | undefined =>
    placeOf({ latitude, longitude }) ?? evaluation.fail('not_a_place'),
)

export const timeAndPlace: readonly Operator[] = [
  ...Object.entries(parts).map(([name, read]) => part(name, read)),
  {
    name: 'now',
    cost: 1,
    overloads: [
      overload([], 'time', () => (evaluation: { readonly subject: { readonly at: number } }) => evaluation.subject.at),
    ],
  },
  { name: 'place', cost: 1, overloads: [overload(['number', 'number'], 'place', place)] },
  {
    name: 'distance',
    cost: 8,
    overloads: [overload(['place', 'place'], 'number', binary<Place, Place>(distanceKm))],
  },
]
