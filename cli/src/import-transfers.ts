import { type CreateTransfer, idOf, type Munim, type TransferResult } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import { findAssets } from './import-assets.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportSteps, LineOutcome, LineRefusal } from './import-lines.ts'
import { createLineIds } from './line-ids.ts'
import { createLineReader, parseMetadataTemplates, type ValueFormats } from './line-values.ts'
import { parseTemplate } from './template.ts'

export type TransferImport = {
  readonly asset: string
  readonly source: string
  readonly destination: string
  readonly amount: string
  readonly sign: 'refuse' | 'swap'
  readonly effectiveAt?: string
  readonly reference?: string
  readonly metadata?: readonly string[]
  readonly run: string
}

const referenceCharsMax = 200

/** Throws before anything is sent. */
export async function transferSteps(
  munim: Munim,
  file: ImportFile,
  options: TransferImport & { readonly formats: ValueFormats },
): Promise<Pick<ImportSteps<CreateTransfer>, 'prepare' | 'send'>> {
  const template = (given: { readonly option: string; readonly text: string }) => parseTemplate(given, file.header)
  const optional = ({ option, text }: { readonly option: string; readonly text: string | undefined }) =>
    text === undefined ? undefined : template({ option, text })
  const source = template({ option: '--source', text: options.source })
  const destination = template({ option: '--destination', text: options.destination })
  const amount = template({ option: '--amount', text: options.amount })
  const effectiveAt = optional({ option: '--effective-at', text: options.effectiveAt })
  const reference = optional({ option: '--reference', text: options.reference })
  const metadata = parseMetadataTemplates(options.metadata, file.header)
  const asset = template({ option: '--asset', text: options.asset })
  const readLine = createLineReader(options.formats)
  const assets = await findAssets(munim, asset)
  // Only these options decide which money moves. So a second run with another date or sign is refused by the server,
  // instead of booking all lines again.
  const meaning = [options.asset, options.source, options.destination, options.amount]
  const lineId = createLineIds({ kind: 'transfers', run: options.run, header: file.header, meaning })

  const prepare = (record: CsvRecord): CreateTransfer | LineRefusal => {
    const line = readLine(record)
    const { code, scale } = line.asset('--asset', asset, assets)
    const signed = line.amount('--amount', amount, scale, options.sign === 'swap' ? 'not zero' : 'positive')
    const named = [line.account('--source', source), line.account('--destination', destination)] as const
    const [from, to] = signed < 0n ? [named[1], named[0]] : named
    const transfer: CreateTransfer = {
      id: idOf('trf', lineId(record.text)),
      source: from,
      destination: to,
      amount: signed < 0n ? -signed : signed,
      asset: code,
    }
    if (effectiveAt) transfer.effective_at = line.time('--effective-at', effectiveAt)
    const text = line.optionalText('--reference', reference, referenceCharsMax)
    if (text !== undefined) transfer.reference = text
    if (metadata.length > 0) transfer.metadata = line.metadata(metadata)
    return line.refusal() ?? transfer
  }
  const send = async (transfers: readonly CreateTransfer[]) => {
    const { results } = await munim.transfers.createBatch(transfers, {}, withoutKey)
    return results.map(outcomeOf)
  }
  return { prepare, send }
}

/** The ids of the lines make a batch idempotent. With a key, the server would store every answer as well. */
export const withoutKey = { idempotencyKey: null } as const

export function outcomeOf(result: TransferResult): LineOutcome {
  if (result.error) return { code: result.error.code, reason: result.error.detail }
  return result.status === 200 ? 'replayed' : 'booked'
}
