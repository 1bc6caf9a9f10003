import { Defect } from '#kernel'
import { Screening, type Snapshot } from '#risk'

export type Entry = {
  readonly number: number
  readonly name: string
  readonly kind?: 'individual' | 'vessel'
  readonly others?: readonly string[]
  readonly remarks?: string
}

/** Files of OFAC with these entries. */
export function ofacOf(entries: readonly Entry[]) {
  const sdn = entries.map(({ number, name, kind, remarks }) => {
    return `${number},"${name}",${kind === undefined ? '-0- ' : `"${kind}"`},"X"${',-0- '.repeat(7)},${remarks === undefined ? '-0- ' : `"${remarks}."`}`
  })
  const alt = entries.flatMap(({ number, others = [] }) =>
    others.map((name, at) => `${number},${at},"aka","${name}",-0- `),
  )
  const add = entries.map(({ number }) => `${number},1,-0- ,-0- ,"Panama",-0- `)
  const file = (name: string, rows: readonly string[]) => ({ name, content: `${rows.join('\r\n')}\r\n\u001a` })
  return {
    sdn: file('sdn.csv', sdn),
    alt: file('alt.csv', [...alt, `${entries[0]?.number},99,"aka","SOMEBODY ELSE",-0- `]),
    add: file('add.csv', add),
  }
}

export function screeningOf(entries: readonly Entry[]): { screening: Screening; snapshot: Snapshot } {
  const screening = new Screening()
  screening.load({ ofac: ofacOf(entries) })
  return { screening, snapshot: screening.current ?? assertLoaded() }
}

function assertLoaded(): never {
  throw new Defect('nothing was loaded')
}

export const entries: readonly Entry[] = [
  {
    number: 1,
    name: 'THORNTON, Robert James',
    kind: 'individual',
    others: ['THORNE, Bobby'],
    remarks: "DOB 08 Sep 1966; Passport A1234567 (Mexico); nationality Mexico; a.k.a. 'SILVER FOX'",
  },
  { number: 2, name: 'NORTHWIND TRADERS LLC', remarks: 'Registration Number 555-77-1' },
  {
    number: 3,
    name: 'NORTHWIND STAR',
    kind: 'vessel',
    remarks: 'Vessel Registration Identification IMO 9362073; Identification Number 9BAC',
  },
  { number: 4, name: 'AL-FULANI, Abd al-Rahman', kind: 'individual' },
]
export const at = (threshold = 0.7) => ({ threshold })
