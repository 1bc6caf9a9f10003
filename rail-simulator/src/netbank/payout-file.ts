import { invalid } from '../server/problem.ts'

// H|FILE|2
// P|reference|amount|currency|account|note
// T|2|3400

/** `undefined` entries are not of the form; the others are carried out. */
export type PayoutEntry = {
  readonly reference: string
  readonly payout:
    | {
        readonly amount: bigint
        readonly asset: string
        readonly instrument: string
        readonly note: string | undefined
      }
    | undefined
}

export type PayoutFile = { readonly name: string; readonly entries: readonly PayoutEntry[] }

const entriesMax = 1000

/** Throws a RequestProblem when the file as a whole is wrong: then nothing is done. */
export function readPayoutFile(text: string): PayoutFile {
  const lines = text.replace(/\n$/, '').split('\n')
  const [, name, announced] = /^H\|([0-9A-Za-z-]{1,36})\|(\d{1,4})$/.exec(lines[0] ?? '') ?? []
  if (name === undefined) throw wrongFile('must begin with H|NAME|ENTRIES')
  const records = lines.slice(1, -1).map((line) => line.split('|'))
  if (records.some(([mark]) => mark !== 'P')) throw wrongFile('must have entries that begin with P')
  if (records.length === 0 || records.length > entriesMax) throw wrongFile(`must have 1 to ${entriesMax} entries`)
  const sum = records.reduce((total, [, , amount = '']) => total + (isAmount(amount) ? BigInt(amount) : 0n), 0n)
  if (String(records.length) !== announced || lines.at(-1) !== `T|${records.length}|${sum}`) {
    throw wrongFile('must have right totals')
  }
  const references = records.map(([, reference]) => reference)
  if (new Set(references).size < references.length) throw wrongFile('must have each reference once')
  return { name, entries: records.map(readEntry) }
}

function readEntry(fields: readonly string[]): PayoutEntry {
  const [, reference = '', amount = '', asset = '', instrument = '', note = ''] = fields
  const isRight =
    fields.length === 6 &&
    /^[0-9A-Za-z]{1,20}$/.test(reference) &&
    isAmount(amount) &&
    /^[A-Z0-9-]{1,16}$/.test(asset) &&
    /^[\x21-\x7e]{1,100}$/.test(instrument) &&
    note.length <= 35
  if (!isRight) return { reference, payout: undefined }
  return { reference, payout: { amount: BigInt(amount), asset, instrument, note: note === '' ? undefined : note } }
}

function isAmount(text: string): boolean {
  return /^\d{1,18}$/.test(text) && !/^0+$/.test(text)
}

function wrongFile(detail: string) {
  return invalid({ param: 'file', detail })
}
