import { type CreateTransfer, idOf, type Munim, type TransferResult } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportSteps, LineOutcome, LineRefusal } from './import-lines.ts'
import { createLineIds } from './line-ids.ts'
import { parseMetadataTemplates, readAccountCode, readAmount, readMetadata, readOptionalText } from './line-values.ts'
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
  const metadata = parseMetadataTemplates(options.metadata ?? [], file.header)
  const asset = await munim.assets.get(options.asset)
  // The reference and the metadata say nothing about which money moves: a second run with others
  // is refused by the server, instead of booking everything once more.
  const meaning = [asset.code, options.source, options.destination, options.amount]
  const lineId = createLineIds({ kind: 'transfers', run: options.run, header: file.header, meaning })

  const prepare = (record: CsvRecord): CreateTransfer | LineRefusal => {
    const from = readAccountCode('--source', source, record)
    if ('refusal' in from) return from.refusal
    const to = readAccountCode('--destination', destination, record)
    if ('refusal' in to) return to.refusal
    const moved = readAmount('--amount', amount, record, asset.scale)
    if ('refusal' in moved) return moved.refusal
    if (moved.value <= 0n) return { code: 'invalid_amount', reason: '--amount: the amount must be more than zero' }
    const named =
      reference === undefined ? { value: undefined } : readOptionalText('--reference', reference, record, 200)
    if ('refusal' in named) return named.refusal
    const kept = readMetadata(metadata, record)
    if ('refusal' in kept) return kept.refusal
    return {
      id: idOf('trf', lineId(record.line, record.text)),
      source: from.value,
      destination: to.value,
      amount: moved.value,
      asset: asset.code,
      ...(named.value === undefined ? {} : { reference: named.value }),
      ...(metadata.length === 0 ? {} : { metadata: kept.value }),
    }
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
