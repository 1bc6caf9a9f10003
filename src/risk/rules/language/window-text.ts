import { formatDuration, parseDuration } from '../durations.ts'
import { nearestName } from '../problems.ts'
import { type KeyPart, type Statistic, statistics, type Tree, treeBounds, type WindowTree } from '../tree.ts'
import { Stop, type Token } from './lex.ts'

/** What reading a window needs of the parser. */
export type Cursor = {
  readonly take: (sign: string) => boolean
  readonly next: () => Token
  readonly arguments: () => Tree[]
  readonly offsetOf: (tree: Tree) => number | undefined
}

const sample = 'window("payment", "24h").by(payer.id).sum(amount)'

function stop(offset: number, message: string): Stop {
  return new Stop(offset, { message, advice: `Write it like ${sample}` })
}

/** Reads from the parenthesis after `window` to the statistic, such as `.by(payer.id).count()`. */
export function readWindow(cursor: Cursor, start: Token): WindowTree {
  const [stream, last, ...others] = cursor.arguments()
  const micros = last?.kind === 'text' ? parseDuration(last.value) : undefined
  if (stream?.kind !== 'text' || micros === undefined || others.length > 0) {
    throw stop(start.offset, 'A window takes a kind of subject and a length, both in quotes')
  }
  let by: readonly KeyPart[] = []
  let where: Tree | undefined
  for (;;) {
    if (!cursor.take('.')) throw stop(start.offset, 'The window has no statistic')
    const step = cursor.next()
    const args = cursor.arguments()
    if (step.text === 'by') by = readKeys({ cursor, step, args })
    else if (step.text === 'where') where = onlyOne(args, step)
    else {
      return {
        kind: 'window',
        stream: stream.value,
        last: formatDuration(micros),
        by,
        ...(where !== undefined && { where }),
        ...readStatistic(step, args),
      }
    }
  }
}

function onlyOne(args: readonly Tree[], step: Token): Tree {
  const [one, ...others] = args
  if (one === undefined || others.length > 0) throw stop(step.offset, 'where takes one condition')
  return one
}

type Step = { readonly cursor: Cursor; readonly step: Token; readonly args: readonly Tree[] }

function readKeys({ cursor, step, args }: Step): KeyPart[] {
  if (args.length < 1 || args.length > treeBounds.keysMax) {
    throw stop(step.offset, `by takes one to ${treeBounds.keysMax} fields`)
  }
  return args.map((tree) => {
    if (tree.kind === 'field') return { field: tree.name, value: tree }
    if (tree.kind === 'call' && tree.name === '==') {
      const [field, value] = tree.args
      if (field?.kind === 'field' && value !== undefined) return { field: field.name, value }
    }
    throw stop(
      cursor.offsetOf(tree) ?? step.offset,
      'by takes fields, or a field and what it equals: by(payee.id == payer.id)',
    )
  })
}

type Ending = Pick<WindowTree, 'statistic' | 'field' | 'percent' | 'asset'>

function readStatistic({ text, offset }: Token, args: readonly Tree[]): Ending {
  const statistic: Statistic | undefined = statistics.find((name) => name === text)
  if (statistic === undefined) {
    const near = nearestName(text, [...statistics, 'by', 'where'])
    const advice = near === undefined ? `Write one of ${statistics.join(', ')}` : `Write ${near}`
    throw new Stop(offset, {
      code: 'unknown_function',
      message: `A window has no ${JSON.stringify(text.slice(0, 40))}`,
      advice,
    })
  }
  if (statistic === 'count') {
    if (args.length > 0) throw stop(offset, 'count takes nothing; conditions belong into where')
    return { statistic }
  }
  const [field, ...rest] = args
  if (field?.kind !== 'field') throw stop(offset, `${statistic} takes a field`)
  const percent = statistic === 'percentile' ? rest.shift() : undefined
  if (statistic === 'percentile' && percent?.kind !== 'whole')
    throw stop(offset, 'percentile takes a field and a whole number from 1 to 99')
  const [asset, ...others] = rest
  if (others.length > 0 || (asset !== undefined && asset.kind !== 'text')) {
    throw stop(offset, `After its field, ${statistic} takes only the code of an asset`)
  }
  return {
    statistic,
    field: field.name,
    ...(percent?.kind === 'whole' && { percent: percent.value }),
    ...(asset?.kind === 'text' && { asset: asset.value }),
  }
}
