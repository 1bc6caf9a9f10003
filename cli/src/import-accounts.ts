import { amountMax, type CreateAccount, type CreateTransfer, idOf, type Munim, MunimError } from '@munim/sdk'
import type { CsvRecord } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import type { ImportFile } from './import-file.ts'
import type { ImportSteps, LineOutcome, LineRefusal } from './import-lines.ts'
import { outcomeOf, withoutKey } from './import-transfers.ts'
import { createLineIds, derivedId } from './line-ids.ts'
import { type LineValues, parseMetadataTemplates, readLine } from './line-values.ts'
import { parseTemplate, type Template } from './template.ts'

export type AccountImport = {
  readonly asset: string
  readonly code: string
  readonly opening?: string
  readonly openingFrom?: string
  readonly minAvailable?: string
  readonly metadata?: readonly string[]
  readonly run: string
}

/** An account to open and, unless its opening balance is zero, the transfer that brings it. */
export type AccountLine = { readonly account: CreateAccount; readonly opening?: CreateTransfer }

/** How the lines of a file become accounts with opening balances. Fails before anything is sent. */
export async function accountSteps(
  munim: Munim,
  file: ImportFile,
  options: AccountImport,
): Promise<Pick<ImportSteps<AccountLine>, 'prepare' | 'send'>> {
  if ((options.opening === undefined) !== (options.openingFrom === undefined)) {
    throw new CliFailure('--opening and --opening-from go together: how much, and from which account')
  }
  const template = (option: string, text: string | undefined) =>
    text === undefined ? undefined : parseTemplate(option, text, file.header)
  const code = parseTemplate('--code', options.code, file.header)
  const opening = template('--opening', options.opening)
  const minAvailable = template('--min-available', options.minAvailable)
  const metadata = parseMetadataTemplates(options.metadata, file.header)
  const asset = await munim.assets.get(options.asset)
  if (options.openingFrom !== undefined) await ensureOpeningAccount(munim, options.openingFrom, asset.code)
  const meaning = [asset.code, options.code]
  const lineId = createLineIds({ kind: 'accounts', run: options.run, header: file.header, meaning })

  const prepare = (record: CsvRecord): AccountLine | LineRefusal => {
    const line = readLine(record)
    const uuid = lineId(record.line, record.text)
    const account: CreateAccount = { id: idOf('acc', uuid), code: line.account('--code', code), asset: asset.code }
    if (minAvailable) account.min_available = readLimit(line, minAvailable, asset.scale)
    if (metadata.length > 0) account.metadata = line.metadata(metadata)
    const amount = opening ? line.amount('--opening', opening, asset.scale, 0n) : 0n
    const refusal = line.refusal()
    if (refusal) return refusal
    if (amount === 0n || options.openingFrom === undefined) return { account }
    const id = idOf('trf', derivedId('opening', uuid))
    const accounts = { source: options.openingFrom, destination: account.code }
    return { account, opening: { id, ...accounts, amount, asset: asset.code } }
  }
  return { prepare, send: (lines) => sendAccounts(munim, lines) }
}

function readLimit(line: LineValues, template: Template, scale: number): bigint | null {
  const unlimited = line.text('--min-available', template) === 'none'
  return unlimited ? null : line.amount('--min-available', template, scale, -amountMax)
}

/** The account that opening balances come from is made without a limit when it is missing. */
async function ensureOpeningAccount(munim: Munim, code: string, asset: string): Promise<void> {
  const find = async () => {
    try {
      return await munim.accounts.get(code)
    } catch (error) {
      if (error instanceof MunimError && error.status === 404) return undefined
      throw error
    }
  }
  const create = async () => {
    try {
      return await munim.accounts.create({ code, asset, min_available: null })
    } catch (error) {
      // Somebody else made it a moment ago.
      const account = error instanceof MunimError && error.status === 409 ? await find() : undefined
      if (account) return account
      throw error
    }
  }
  const account = (await find()) ?? (await create())
  if (account.asset !== asset) {
    throw new CliFailure(`--opening-from: the account ${code} is of ${account.asset}, not ${asset}`)
  }
}

/** Opens the accounts, then brings the balances of those that are there. */
async function sendAccounts(munim: Munim, lines: readonly AccountLine[]): Promise<LineOutcome[]> {
  const results = await munim.accounts.createBatch(
    lines.map((line) => line.account),
    withoutKey,
  )
  const outcomes = results.map((result): LineOutcome => {
    if (result.error) return { code: result.error.code, reason: result.error.detail }
    return result.status === 200 ? 'replayed' : 'booked'
  })
  const openings = lines.flatMap((line, index) =>
    line.opening && typeof outcomes[index] === 'string' ? [{ index, transfer: line.opening }] : [],
  )
  if (openings.length === 0) return outcomes
  const transfers = openings.map((opening) => opening.transfer)
  const answers = (await munim.transfers.createBatch(transfers, {}, withoutKey)).results.map(outcomeOf)
  for (const [at, { index }] of openings.entries()) {
    const opened = answers[at]
    if (opened === undefined) throw new Error('the server answered fewer transfers than it was sent')
    // A line is booked when anything of it is new.
    if (opened !== 'replayed') outcomes[index] = opened
  }
  return outcomes
}
