import { type CreateAccount, type CreateTransfer, idOf, type Munim } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import { findAssets } from './import-assets.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportSteps, LineOutcome, LineRefusal } from './import-lines.ts'
import { outcomeOf, withoutKey } from './import-transfers.ts'
import { createLineIds, derivedId } from './line-ids.ts'
import { createLineReader, type LineValues, parseMetadataTemplates, type ValueFormats } from './line-values.ts'
import { parseTemplate, type Template } from './template.ts'

export type AccountImport = {
  readonly asset: string
  readonly code: string
  readonly opening?: string
  readonly openingFrom?: string
  readonly effectiveAt?: string
  readonly minAvailable?: string
  readonly metadata?: readonly string[]
  readonly run: string
}

/** The transfer is absent when the opening balance is zero. */
export type AccountLine = { readonly account: CreateAccount; readonly opening?: Opening }
type Opening = { readonly from: string; readonly transfer: CreateTransfer }

/** Throws before anything is sent. */
export async function accountSteps(
  munim: Munim,
  file: ImportFile,
  options: AccountImport & { readonly formats: ValueFormats },
): Promise<Pick<ImportSteps<AccountLine>, 'prepare' | 'send'>> {
  const template = ({ option, text }: { readonly option: string; readonly text: string | undefined }) =>
    text === undefined ? undefined : parseTemplate({ option, text }, file.header)
  const code = parseTemplate({ option: '--code', text: options.code }, file.header)
  const asset = parseTemplate({ option: '--asset', text: options.asset }, file.header)
  const opening = template({ option: '--opening', text: options.opening })
  const openingFrom = template({ option: '--opening-from', text: options.openingFrom })
  const effectiveAt = template({ option: '--effective-at', text: options.effectiveAt })
  const minAvailable = template({ option: '--min-available', text: options.minAvailable })
  const metadata = parseMetadataTemplates(options.metadata, file.header)
  const readLine = createLineReader(options.formats)
  if ((opening === undefined) !== (openingFrom === undefined)) {
    throw new CliFailure('--opening and --opening-from go together: how much, and from which account')
  }
  if (effectiveAt && !opening) throw new CliFailure('--effective-at says when the --opening balance is booked')
  const assets = await findAssets(munim, asset)
  const ensureOpeningAccounts = createOpeningAccounts(munim)
  if (openingFrom?.columns.length === 0 && asset.columns.length === 0) {
    const wanted = { code: openingFrom.fill([]), asset: asset.fill([]) }
    await ensureOpeningAccounts([wanted])
    const found = await munim.accounts.get(wanted.code)
    if (found.asset !== wanted.asset) {
      throw new CliFailure(`--opening-from: the account ${wanted.code} is of ${found.asset}, not ${wanted.asset}`)
    }
  }
  const meaning = [options.asset, options.code]
  const lineId = createLineIds({ kind: 'accounts', run: options.run, header: file.header, meaning })

  const prepare = (record: CsvRecord): AccountLine | LineRefusal => {
    const line = readLine(record)
    const uuid = lineId(record.text)
    const { code: assetCode, scale } = line.asset('--asset', asset, assets)
    const account: CreateAccount = { id: idOf('acc', uuid), code: line.account('--code', code), asset: assetCode }
    if (minAvailable) account.min_available = readLimit(line, minAvailable, scale)
    if (metadata.length > 0) account.metadata = line.metadata(metadata)
    const amount = opening ? line.amount('--opening', opening, scale, 'any') : 0n
    if (amount === 0n || openingFrom === undefined) return line.refusal() ?? { account }
    const from = line.account('--opening-from', openingFrom)
    const [source, destination] = amount > 0n ? [from, account.code] : [account.code, from]
    const id = idOf('trf', derivedId({ purpose: 'opening', uuid }))
    const size = amount > 0n ? amount : -amount
    const transfer: CreateTransfer = { id, source, destination, amount: size, asset: assetCode }
    if (effectiveAt) transfer.effective_at = line.time('--effective-at', effectiveAt)
    return line.refusal() ?? { account, opening: { from, transfer } }
  }
  return { prepare, send: (lines) => sendAccounts(munim, lines, ensureOpeningAccounts) }
}

function readLimit(line: LineValues, template: Template, scale: number): bigint | null {
  const unlimited = line.text('--min-available', template) === 'none'
  return unlimited ? null : line.amount('--min-available', template, scale, 'any')
}

type OpeningAccount = { readonly code: string; readonly asset: string }

const knownMax = 10_000

/** Creates missing accounts without a limit. Accounts that are referenced by id are not created. */
function createOpeningAccounts(munim: Munim): (wanted: readonly OpeningAccount[]) => Promise<void> {
  const known = new Set<string>()
  const isNew = ({ code }: OpeningAccount) => !known.has(code) && !code.startsWith('acc_')
  return async (wanted) => {
    const missing = new Map(wanted.filter(isNew).map((account) => [account.code, account]))
    if (missing.size === 0) return
    const accounts = [...missing.values()].map((account) => ({ ...account, min_available: null }))
    const results = await munim.accounts.createBatch(accounts, withoutKey)
    const refused = results.find(({ error }) => error !== undefined && error.code !== 'account_code_taken')
    if (refused?.error) throw new CliFailure(`--opening-from: ${refused.error.code}: ${refused.error.detail}`)
    if (known.size > knownMax) known.clear()
    for (const code of missing.keys()) known.add(code)
  }
}

async function sendAccounts(
  munim: Munim,
  lines: readonly AccountLine[],
  ensureOpeningAccounts: (wanted: readonly OpeningAccount[]) => Promise<void>,
): Promise<LineOutcome[]> {
  const results = await munim.accounts.createBatch(
    lines.map((line) => line.account),
    withoutKey,
  )
  const outcomes = results.map((result): LineOutcome => {
    if (result.error) return { code: result.error.code, reason: result.error.detail }
    return result.status === 200 ? 'replayed' : 'booked'
  })
  const openings = lines.flatMap(({ account, opening }, index) =>
    opening && typeof outcomes[index] === 'string' ? [{ index, asset: account.asset, ...opening }] : [],
  )
  if (openings.length === 0) return outcomes
  await ensureOpeningAccounts(openings.map(({ from, asset }) => ({ code: from, asset })))
  const transfers = openings.map((opening) => opening.transfer)
  const answers = (await munim.transfers.createBatch(transfers, {}, withoutKey)).results.map(outcomeOf)
  for (const [at, { index }] of openings.entries()) {
    const opened = answers[at]
    if (opened === undefined) throw new Error('the server answered fewer transfers than it was sent')
    // A line counts as booked when any part of it is new.
    if (opened !== 'replayed') outcomes[index] = opened
  }
  return outcomes
}
