import { type Account, formatAmount, type Munim } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales, readDecimal, type Scales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { collectPair, given, parseCount, takeFirst } from './options.ts'
import { formatPairs, formatTable, type Terminal, toJson, write } from './terminal.ts'

type LimitOptions = { readonly minAvailable?: string; readonly maxBalance?: string }
type MetadataOptions = { readonly metadata?: Record<string, string> }
type CreateOptions = ConnectionOptions & LimitOptions & MetadataOptions & { readonly asset: string }
type ListOptions = ConnectionOptions &
  MetadataOptions & {
    readonly prefix?: string
    readonly asset?: string
    readonly state?: Account['state']
    readonly limit: number
  }
type BalanceOptions = ConnectionOptions & { readonly at?: string; readonly by?: 'recorded' | 'effective' }

export function addAccountCommands(program: Command, terminal: Terminal): void {
  const group = program.command('accounts').description('list, open and change accounts')
  addListCommand(group, terminal)
  withConnection(group.command('show').argument('<account>', 'id or code'))
    .description('show an account with its balances')
    .action(async (ref: string, options: ConnectionOptions) => {
      const munim = connect(options)
      await printAccount(terminal, options, createScales(munim), await munim.accounts.get(ref))
    })
  withConnection(group.command('create').argument('<code>', "the account's code, such as customers:42:wallet"))
    .description('open an account')
    .requiredOption('--asset <code>', 'what is counted, such as USD')
    .option('--min-available <decimal>', "the least the available balance may become, or 'none' (default 0)")
    .option('--max-balance <decimal>', "the most the balance may become, or 'none' (default none)")
    .option('--metadata <key=value>', 'keep this with it; may be given several times', collectPair)
    .addHelpText('after', createExample)
    .action((code: string, options: CreateOptions) => createAccount(terminal, code, options))
  withConnection(group.command('update').argument('<account>', 'id or code'))
    .description('change the limits of an account')
    .option('--min-available <decimal>', "the least the available balance may become, or 'none'")
    .option('--max-balance <decimal>', "the most the balance may become, or 'none'")
    .action((ref: string, options: ConnectionOptions & LimitOptions) => updateAccount(terminal, ref, options))
  for (const verb of ['freeze', 'unfreeze', 'close'] as const) {
    withConnection(group.command(verb).argument('<account>', 'id or code'))
      .description(changes[verb])
      .action(async (ref: string, options: ConnectionOptions) => {
        const munim = connect(options)
        await printAccount(terminal, options, createScales(munim), await munim.accounts[verb](ref))
      })
  }
  withConnection(program.command('balance').argument('<account>', 'id or code'))
    .description('show the balance of an account, now or at an earlier time')
    .option('--at <time>', 'as it was then: 2026-01-31T00:00:00Z')
    .addOption(new Option('--by <time>', 'which time --at means').choices(['recorded', 'effective']))
    .action((ref: string, options: BalanceOptions) => showBalance(terminal, ref, options))
}

const changes = {
  freeze: 'let no money move on an account until it is unfrozen',
  unfreeze: 'let money move on an account again',
  close: 'close an empty account for good',
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list accounts, newest first')
    .option('--prefix <text>', 'with codes that begin with this text')
    .option('--asset <code>', 'of that asset')
    .addOption(new Option('--state <state>', 'in that state').choices(['open', 'frozen', 'closed']))
    .option('--metadata <key=value>', 'with this pair; may be given several times', collectPair)
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listExample)
    .action(async (options: ListOptions) => {
      const munim = connect(options)
      const { prefix, asset, state, limit } = options
      const list = munim.accounts.list({
        ...given({ code_prefix: prefix, asset, state }),
        metadata: options.metadata ?? {},
        limit: Math.min(limit, 100),
      })
      const accounts = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(accounts)}\n`)
      await write(terminal.stdout, await formatAccounts(terminal, createScales(munim), accounts))
    })
}

async function createAccount(terminal: Terminal, code: string, options: CreateOptions): Promise<void> {
  const munim = connect(options)
  const scales = createScales(munim)
  const limits = readLimits(options, await scales.of(options.asset))
  const account = await munim.accounts.create({
    code,
    asset: options.asset,
    metadata: options.metadata ?? {},
    ...limits,
  })
  await printAccount(terminal, options, scales, account)
}

async function updateAccount(
  terminal: Terminal,
  ref: string,
  options: ConnectionOptions & LimitOptions,
): Promise<void> {
  const munim: Munim = connect(options)
  const scales = createScales(munim)
  const { asset } = await munim.accounts.get(ref)
  const account = await munim.accounts.update(ref, readLimits(options, await scales.of(asset)))
  await printAccount(terminal, options, scales, account)
}

function readLimits(options: LimitOptions, scale: number) {
  const { minAvailable, maxBalance } = options
  const read = ({ option, text }: { readonly option: string; readonly text: string | undefined }) => {
    if (text === undefined) return undefined
    return text === 'none' ? null : readDecimal({ option, text }, scale)
  }
  return given({
    min_available: read({ option: '--min-available', text: minAvailable }),
    max_balance: read({ option: '--max-balance', text: maxBalance }),
  })
}

async function showBalance(terminal: Terminal, ref: string, options: BalanceOptions): Promise<void> {
  const munim = connect(options)
  const { at, by } = options
  const balance = await munim.accounts.balance(ref, given({ at, by }))
  if (options.json) return write(terminal.stdout, `${toJson(balance)}\n`)
  const scale = await createScales(munim).of(balance.asset)
  const row = [balance.posted, balance.pending, balance.available].map((minor) => formatAmount(minor, scale))
  const columns = [
    { title: 'code' },
    { title: 'asset' },
    { title: 'posted', right: true },
    { title: 'pending', right: true },
    { title: 'available', right: true },
  ]
  await write(terminal.stdout, formatTable(terminal.stdout, columns, [[balance.code, balance.asset, ...row]]))
}

async function printAccount(
  terminal: Terminal,
  options: ConnectionOptions,
  scales: Scales,
  account: Account,
): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(account)}\n`)
  const scale = await scales.of(account.asset)
  const amount = (minor: bigint | null) => (minor === null ? 'none' : formatAmount(minor, scale))
  const rows: [string, string][] = [
    ['id', account.id],
    ['code', account.code],
    ['asset', account.asset],
    ['state', account.state],
    ['posted', amount(account.posted)],
    ['pending', amount(account.pending)],
    ['pending in', amount(account.pending_in)],
    ['available', amount(account.available)],
    ['min available', amount(account.min_available)],
    ['max balance', amount(account.max_balance)],
    ['version', String(account.version)],
    ['created at', account.created_at],
    ...Object.entries(account.metadata).map(([key, value]): [string, string] => [`metadata ${key}`, value]),
  ]
  await write(terminal.stdout, formatPairs(rows))
}

async function formatAccounts(terminal: Terminal, scales: Scales, accounts: readonly Account[]): Promise<string> {
  const rows: string[][] = []
  for (const { code, asset, state, posted, pending, available } of accounts) {
    const scale = await scales.of(asset)
    const amounts = [posted, pending, available].map((minor) => formatAmount(minor, scale))
    rows.push([code, asset, state, ...amounts])
  }
  const columns = [
    { title: 'code' },
    { title: 'asset' },
    { title: 'state' },
    { title: 'posted', right: true },
    { title: 'pending', right: true },
    { title: 'available', right: true },
  ]
  return formatTable(terminal.stdout, columns, rows)
}

const createExample = `
Amounts are decimals (100.00).

Examples:
  $ munim accounts create customers:42:wallet --asset USD
  $ munim accounts create equity:opening --asset USD --min-available none`

const listExample = `
Examples:
  $ munim accounts list --prefix customers: --asset USD
  $ munim accounts list --metadata tier=gold --json`
