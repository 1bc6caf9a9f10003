import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { type ChallengeDispute, type Dispute, type DisputeWithEvidence, formatAmount } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { createScales, type Scales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure } from './failure.ts'
import { given, parseCount, takeFirst } from './options.ts'
import { formatPairs, formatTable, type Terminal, toJson, write } from './terminal.ts'

type ListOptions = ConnectionOptions & {
  readonly payment?: string
  readonly stage?: Dispute['stage']
  readonly rail?: string
  readonly reference?: string
  readonly dueBefore?: string
  readonly limit: number
}
type ChallengeOptions = ConnectionOptions & { readonly text?: readonly string[]; readonly file?: readonly string[] }

const stages: readonly Dispute['stage'][] = [
  'inquiry',
  'opened',
  'challenged',
  'pre_arbitration',
  'won',
  'lost',
  'accepted',
  'expired',
]

export function addDisputeCommands(program: Command, terminal: Terminal): void {
  const group = program.command('disputes').description("money that payers' banks demand back: list, show, answer")
  addListCommand(group, terminal)
  withConnection(group.command('show').argument('<id>', 'dsp_…'))
    .description('show a dispute, and what was sent as evidence')
    .action(async (id: string, options: ConnectionOptions) => {
      const munim = connect(options)
      await printDispute(terminal, options, createScales(munim), await munim.disputes.get(id))
    })
  withConnection(group.command('accept').argument('<id>', 'dsp_…'))
    .description('accept a dispute: the payer keeps the money')
    .action(async (id: string, options: ConnectionOptions) => {
      const munim = connect(options)
      await printDispute(terminal, options, createScales(munim), await munim.disputes.accept(id))
    })
  withConnection(group.command('challenge').argument('<id>', 'dsp_…'))
    .description('challenge a dispute with evidence: texts and files, up to five together')
    .option('--text <text>', 'a statement to the bank; may be given several times', collect)
    .option('--file <path>', 'a PDF, JPEG, PNG or text file of up to 128 KiB; may be given several times', collect)
    .addHelpText('after', challengeExample)
    .action(async (id: string, options: ChallengeOptions) => {
      const munim = connect(options)
      const answered = await munim.disputes.challenge(id, { evidence: evidenceOf(options) })
      await printDispute(terminal, options, createScales(munim), answered)
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

type Evidence = ChallengeDispute['evidence'][number]
type FileType = Extract<Evidence, { media_type: string }>['media_type']

const typeOf: Readonly<Record<string, FileType>> = {
  '.pdf': 'application/pdf',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.txt': 'text/plain',
}

function evidenceOf({ text = [], file = [] }: ChallengeOptions): Evidence[] {
  if (text.length + file.length === 0) throw new CliFailure('a challenge needs evidence: give --text or --file')
  return [...text.map((one) => ({ text: one })), ...file.map(readEvidence)]
}

function readEvidence(path: string): Evidence {
  const name = basename(path)
  const mediaType = typeOf[extname(name).toLowerCase()]
  if (mediaType === undefined) throw new CliFailure(`${name} is no PDF, JPEG, PNG or text file, by its name`)
  try {
    return { name, media_type: mediaType, content: readFileSync(path).toString('base64') }
  } catch (error) {
    throw new CliFailure(`${path} cannot be read: ${(error as Error).message}`)
  }
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list disputes, newest first')
    .option('--payment <id>', 'of that payment')
    .addOption(new Option('--stage <stage>', 'at that stage').choices([...stages]))
    .option('--rail <rail>', 'of that rail')
    .option('--reference <text>', 'with this reference of the rail')
    .option('--due-before <time>', 'whose evidence is due before that time')
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listExample)
    .action(async (options: ListOptions) => {
      const munim = connect(options)
      const { payment, stage, rail, reference, dueBefore: due_before, limit } = options
      const list = munim.disputes.list({
        ...given({ payment, stage, rail, reference, due_before }),
        limit: Math.min(limit, 100),
      })
      const disputes = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(disputes)}\n`)
      await write(terminal.stdout, await formatDisputes(terminal, createScales(munim), disputes))
    })
}

async function amountOf(scales: Scales, amount: bigint, { asset }: Dispute): Promise<string> {
  return asset === null ? String(amount) : `${formatAmount(amount, await scales.of(asset))} ${asset}`
}

async function printDispute(
  terminal: Terminal,
  options: ConnectionOptions,
  scales: Scales,
  dispute: Dispute | DisputeWithEvidence,
): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(dispute)}\n`)
  const { answer } = dispute
  const rows: [string, string][] = [
    ['id', dispute.id],
    ['stage', `${dispute.stage} since ${dispute.stage_at}`],
    ['amount', await amountOf(scales, dispute.amount, dispute)],
    ['payment', dispute.payment],
    ['capture', dispute.capture ?? ''],
    ['rail', dispute.rail],
    ['rail reference', dispute.rail_reference],
    ['reason', dispute.category === null ? '' : `${dispute.category} (${dispute.reason_code})`],
    ['evidence due', dispute.evidence_due_at ?? ''],
    ['fee', dispute.fee === null ? '' : await amountOf(scales, dispute.fee, dispute)],
    ['the money is', dispute.held_back ? 'with the rail' : 'with those who got it'],
    ['answer', answer === null ? '' : [answer.kind, answer.state, answer.why ?? ''].join(' ').trim()],
    ['reported at', dispute.created_at],
    ...('evidence' in dispute ? dispute.evidence : []).map(({ name, media_type, bytes, sha256 }): [string, string] => [
      'evidence',
      `${name ?? 'text'}, ${media_type}, ${bytes} bytes, SHA-256 ${sha256}`,
    ]),
  ]
  await write(terminal.stdout, formatPairs(rows.filter(([, value]) => value !== '')))
}

async function formatDisputes(terminal: Terminal, scales: Scales, disputes: readonly Dispute[]): Promise<string> {
  const rows: string[][] = []
  for (const dispute of disputes) {
    const { id, stage, payment, rail, category, evidence_due_at, created_at } = dispute
    const amount = await amountOf(scales, dispute.amount, dispute)
    rows.push([id, stage, payment, rail, category ?? '', amount, evidence_due_at ?? '', created_at])
  }
  const columns = [
    { title: 'id' },
    { title: 'stage' },
    { title: 'payment' },
    { title: 'rail' },
    { title: 'reason' },
    { title: 'amount', right: true },
    { title: 'evidence due' },
    { title: 'reported at' },
  ]
  return formatTable(terminal.stdout, columns, rows)
}

const listExample = `
Examples:
  $ munim disputes list --stage opened
  $ munim disputes list --due-before 2026-06-01T00:00:00Z --json`

const challengeExample = `
Examples:
  $ munim disputes challenge dsp_01k0a2m4qgt4qa2h9z1w3x5y7b --text 'Handed over on 3 May.' --file delivery.pdf`
