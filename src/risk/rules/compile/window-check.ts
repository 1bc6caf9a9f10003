import { nearestName } from '../problems.ts'
import { type Field, type SubjectSchema, subjectKinds } from '../subject-schema.ts'
import type { KeyPart, Tree, WindowTree } from '../tree.ts'
import type { Amount } from '../values.ts'
import { describeType, type Typed, wrongCountry } from './resolve.ts'
import type { Part, Surroundings } from './surroundings.ts'
import { keyTypes, resultType, typesOf, windowCosts, windowOperand, windowSpec } from './windows.ts'

export type WindowCheck = {
  readonly outer: Surroundings
  /** For `where`, which is over the fields of what is counted. */
  readonly inner: (schema: SubjectSchema) => Surroundings
  readonly tree: WindowTree
  readonly path: string
  readonly lengthMicros: number
}

const lengthMaxMicros = 400 * 86_400_000_000
const sample = 'window("payment", "24h").by(payer.id).sum(amount)'

export function compileWindow(check: WindowCheck): Typed | undefined {
  const { outer, tree, path, lengthMicros } = check
  const kind = subjectKinds.find((name) => name === tree.stream)
  const stream = kind === undefined ? undefined : outer.compilation.environment.schemas.get(kind)
  if (stream === undefined) {
    const advice = `Write one of ${subjectKinds.map((name) => JSON.stringify(name)).join(', ')}`
    const message = `There are no windows over ${JSON.stringify(tree.stream.slice(0, 40))}`
    return outer.complain(tree, path, { code: 'unknown_stream', message, advice })
  }
  if (lengthMicros <= 0 || lengthMicros > lengthMaxMicros) {
    const message = 'A window is longer than nothing, and 400 days at most'
    return outer.complain(tree, path, { code: 'wrong_literal', message, advice: 'Write a length such as "24h"' })
  }
  const before = outer.problems.length
  const keys = tree.by.map((part, at) => compileKey(check, stream, { part, path: `${path}/by/${at}/value` }))
  const field = statisticField(check, stream)
  const asset = assetOf(check, field)
  const accepts = tree.where === undefined ? undefined : compileWhere(check, { stream, where: tree.where })
  const known = keys.filter((key) => key !== undefined)
  if (outer.problems.length > before || known.length < keys.length) return undefined
  const isOfAmounts = field?.type === 'amount' && tree.statistic !== 'distinct'
  const spec = windowSpec({ tree, lengthMicros, stream, accepts: accepts?.run, isOfAmounts })
  const type = resultType(tree.statistic, field?.type)
  const runs = known.map(({ run }) => run)
  const operand = windowOperand({ tree, spec, type, keys: runs, asset: isOfAmounts ? asset : undefined })
  return outer.operand(operand, windowCosts[tree.statistic])
}

type Key = { readonly part: KeyPart; readonly path: string }

function compileKey(check: WindowCheck, stream: SubjectSchema, { part, path }: Key): Typed | undefined {
  const { outer, tree } = check
  const field = streamField(stream, part.field)
  const value = compileKeyValue(check, { tree: part.value, path })
  if (value === undefined) return undefined
  if (field === undefined) {
    const near = nearestName(part.field, stream.slots.keys())
    const message = `A ${stream.kind} has no field ${part.field.slice(0, 80)}`
    const advice = near === undefined ? 'See the fields of its schema' : `Write ${near}`
    return outer.complain(part.value, path, { code: 'unknown_field', message, advice })
  }
  const areTexts = [field.type, value.type].every((type) => type === 'text' || type === 'country')
  if (!keyTypes.includes(field.type) || (field.type !== value.type && !areTexts)) {
    const message = `${part.field} cannot be a key of the window with ${describeType(value.type)}`
    const advice = `Use a field that is ${keyTypes.join(', ')}, and a value of its type`
    return outer.complain(part.value, path, { code: 'wrong_type', message, advice })
  }
  const advice = wrongCountry(value, field.type)
  if (advice === undefined || value.constant === undefined) return value
  return outer.complain(tree, path, { code: 'wrong_literal', message: 'This is no country', advice })
}

/** Keys are known before anything else is read, so that all that a batch needs can be fetched at once. */
function compileKeyValue({ outer, inner }: WindowCheck, { tree, path }: Part): Typed | undefined {
  const compiler = inner(outer.compilation.schema)
  const value = compiler.compile(tree, path)
  outer.problems.push(...compiler.problems)
  for (const slot of compiler.optionalFields) outer.optionalFields.add(slot)
  if (compiler.slots.size === 0) return value
  const message = 'A key reads only the fields of the subject'
  const advice = 'Keep windows, lists, thresholds and screening out of by'
  return outer.complain(tree, path, { code: 'not_here', message, advice })
}

function streamField(stream: SubjectSchema, name: string): Field | undefined {
  const slot = stream.slots.get(name)
  return slot === undefined ? undefined : stream.fields[slot]
}

function statisticField({ outer, tree, path }: WindowCheck, stream: SubjectSchema): Field | undefined {
  const { statistic, percent } = tree
  const isPercent = Number.isInteger(percent) && Number(percent) >= 1 && Number(percent) <= 99
  if (statistic === 'percentile' ? !isPercent : percent !== undefined) {
    const message = 'The percentile is a whole number from 1 to 99'
    return outer.complain(tree, path, { code: 'wrong_literal', message, advice: 'Write percentile(amount, 95)' })
  }
  if (statistic === 'count') {
    if (tree.field === undefined) return undefined
    const message = 'count takes no field'
    return outer.complain(tree, path, { code: 'wrong_type', message, advice: 'Write count(), or distinct(field)' })
  }
  const field = tree.field === undefined ? undefined : streamField(stream, tree.field)
  if (field !== undefined && typesOf(statistic).includes(field.type)) return field
  const near = tree.field === undefined ? undefined : nearestName(tree.field, stream.slots.keys())
  return outer.complain(tree, path, {
    code: field === undefined ? 'unknown_field' : 'wrong_type',
    message: `${statistic} takes a field of ${stream.kind} that is ${typesOf(statistic).join(', ')}`,
    advice: field === undefined && near !== undefined ? `Write ${near}` : `Write it like ${sample}`,
  })
}

/** The asset that is counted: the one given, or that of the subject's own field of the same name. */
function assetOf({ outer, tree, path }: WindowCheck, field: Field | undefined): Typed['run'] | undefined {
  if (field === undefined) return undefined
  if (field.type !== 'amount') {
    if (tree.asset === undefined) return undefined
    const message = `${field.name} is no amount, so it has no asset`
    return outer.complain(tree, path, { code: 'wrong_type', message, advice: 'Leave the asset out' })
  }
  const { asset } = tree
  if (asset !== undefined) {
    if (/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/.test(asset)) return () => asset
    const message = `${JSON.stringify(asset.slice(0, 40))} is no asset`
    return outer.complain(tree, path, { code: 'wrong_literal', message, advice: 'Write a code such as "INR"' })
  }
  const { schema } = outer.compilation
  const slot = schema.slots.get(field.name)
  if (slot === undefined || schema.fields[slot]?.type !== 'amount') {
    const message = `The ${schema.kind} has no amount ${field.name} whose asset could be meant`
    const advice = `Write the asset, as in ${tree.statistic}(${field.name}, "INR")`
    return outer.complain(tree, path, { code: 'wrong_type', message, advice })
  }
  if (schema.fields[slot]?.optional === true) outer.optionalFields.add(slot)
  return (evaluation) => (evaluation.values[slot] as Amount | undefined)?.asset
}

type Where = { readonly stream: SubjectSchema; readonly where: Tree }

function compileWhere({ outer, inner, path }: WindowCheck, { stream, where }: Where): Typed | undefined {
  const compiler = inner(stream)
  const typed = compiler.wanted({ tree: where, path: `${path}/where` }, 'boolean')
  outer.problems.push(...compiler.problems)
  if (compiler.slots.size === 0) return typed
  const message = 'where reads only the fields of what is counted'
  const advice = 'Put windows, lists, thresholds and screening outside of the window'
  return outer.complain(where, `${path}/where`, { code: 'not_here', message, advice })
}
