import { type CreateTransfer, idOf, type Munim, type TransferResult } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportSteps, LineOutcome, LineRefusal } from './import-lines.ts'
import { createLineIds } from './line-ids.ts'
import { parseMetadataTemplates, readLine } from './line-values.ts'
import { parseTemplate } from './template.ts'

export type TransferImport = {
  readonly asset: string
  readonly source: string
  readonly destination: string
  readonly amount: string
  readonly reference?: string
  readonly metadata?: readonly string[]
  readonly run: string
}

const referenceCharsMax = 200

/** How the lines of a file become transfers, and transfers are booked. Fails before anything is sent. */
export async function transferSteps(
  munim: Munim,
  file: ImportFile,
  options: TransferImport,
): Promise<Pick<ImportSteps<CreateTransfer>, 'prepare' | 'send'>> {
  const source = parseTemplate('--source', options.source, file.header)
  const destination = parseTemplate('--destination', options.destination, file.header)
  const amount = parseTemplate('--amount', options.amount, file.header)
  const reference =
    options.reference === undefined ? undefined : parseTemplate('--reference', options.reference, file.header)
  const metadata = parseMetadataTemplates(options.metadata, file.header)
  const asset = await munim.assets.get(options.asset)
  // The reference and the metadata say nothing about which money moves: a second run with others
  // is refused by the server, instead of booking everything once more.
  const meaning = [asset.code, options.source, options.destination, options.amount]
  const lineId = createLineIds({ kind: 'transfers', run: options.run, header: file.header, meaning })

  const prepare = (record: CsvRecord): CreateTransfer | LineRefusal => {
    const line = readLine(record)
    const transfer: CreateTransfer = {
      id: idOf('trf', lineId(record.line, record.text)),
      source: line.account('--source', source),
      destination: line.account('--destination', destination),
      amount: line.amount('--amount', amount, asset.scale, 1n),
      asset: asset.code,
    }
    const named = line.optionalText('--reference', reference, referenceCharsMax)
    if (named !== undefined) transfer.reference = named
    if (metadata.length > 0) transfer.metadata = line.metadata(metadata)
    return line.refusal() ?? transfer
  }
  const send = async (transfers: readonly CreateTransfer[]) => {
    const { results } = await munim.transfers.createBatch(transfers, {}, withoutKey)
    return results.map(outcomeOf)
  }
  return { prepare, send }
}

/** The lines' ids make a batch idempotent by themselves; a key would have the server store every answer. */
export const withoutKey = { idempotencyKey: null } as const

/** Reads the answer to a line of a batch. */
export function outcomeOf(result: TransferResult): LineOutcome {
  if (result.error) return { code: result.error.code, reason: result.error.detail }
  return result.status === 200 ? 'replayed' : 'booked'
}
