import { type Checked, fine, nearestName, wrong } from '../problems.ts'
import { isLiteral, isWithinBounds, type Tree, treeBounds } from '../tree.ts'
import { functions, levels, makers, methods, otherWords, precedences, reservedWords } from './forms.ts'
import { lex, placeIn, Stop, type Token, textBounds } from './lex.ts'
import { numberLiteral, readMaker, textLiteral } from './literals.ts'
import { type Cursor, readWindow } from './window-text.ts'

export type Parsed = {
  readonly tree: Tree
  /** Where a part of the tree begins in the text. */
  readonly offsets: ReadonlyMap<Tree, number>
}

const nestingMax = 60

/** Reads the text form. It takes texts of anybody: length and depth are bounded, and it throws nothing. */
export function parseRule(text: string): Checked<Parsed> {
  try {
    if (text.length > textBounds.lengthMax) {
      const message = `The rule is longer than ${textBounds.lengthMax} letters`
      throw new Stop(textBounds.lengthMax, { code: 'too_long', message, advice: 'Divide it into several rules' })
    }
    return fine(parseTokens(lex(text)))
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return wrong({ ...error.problem, ...placeIn(text, error.offset) })
  }
}

function parseTokens(tokens: readonly Token[]): Parsed {
  const parser = new Parser(tokens)
  const tree = parser.whole()
  if (!isWithinBounds(tree)) {
    throw new Stop(0, {
      code: 'too_deep',
      message: `The rule has more than ${treeBounds.nodesMax} parts, or is deeper than ${treeBounds.depthMax} levels`,
      advice: 'Divide it into several rules, or put the values into a list',
    })
  }
  return { tree, offsets: parser.offsets }
}

/** Recursive descent, with the precedence of binary operators from a table. */
class Parser implements Cursor {
  readonly offsets = new Map<Tree, number>()
  readonly #tokens: readonly Token[]
  #at = 0
  #nesting = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Tree {
    const tree = this.#expression()
    if (this.#peek().kind !== 'end') throw this.#unexpected()
    return tree
  }

  next(): Token {
    const token = this.#peek()
    this.#at += 1
    return token
  }

  take(sign: string): boolean {
    const found = this.#isNext(sign)
    if (found) this.#at += 1
    return found
  }

  arguments(): Tree[] {
    return this.#list('(', ')')
  }

  offsetOf(tree: Tree): number | undefined {
    return this.offsets.get(tree)
  }

  #peek(ahead = 0): Token {
    const end: Token = { kind: 'end', text: 'the end', offset: this.#tokens.at(-1)?.offset ?? 0 }
    return this.#tokens[this.#at + ahead] ?? end
  }

  #isNext(sign: string, ahead = 0): boolean {
    const { kind, text } = this.#peek(ahead)
    return kind === 'sign' && text === sign
  }

  #unexpected(): Stop {
    return unexpectedToken(this.#peek(), this.#tokens[this.#at - 1])
  }

  #expect(sign: string): void {
    if (!this.take(sign)) throw this.#peek().kind === 'end' ? missing(this.#peek(), sign) : this.#unexpected()
  }

  #mark<Part extends Tree>(offset: number, tree: Part): Part {
    this.offsets.set(tree, offset)
    return tree
  }

  #nested(read: () => Tree): Tree {
    this.#nesting += 1
    if (this.#nesting > nestingMax) {
      const message = `The rule is nested deeper than ${nestingMax} levels`
      throw new Stop(this.#peek().offset, { code: 'too_deep', message, advice: 'Divide it into several rules' })
    }
    const tree = read()
    this.#nesting -= 1
    return tree
  }

  #expression(): Tree {
    return this.#nested(() => {
      const condition = this.#binary(levels.or)
      if (!this.take('?')) return condition
      const one = this.#binary(levels.or)
      this.#expect(':')
      const args = [condition, one, this.#expression()]
      return this.#mark(this.offsets.get(condition) ?? 0, { kind: 'call', name: '?:', args })
    })
  }

  #binary(least: number): Tree {
    let left = this.#unary()
    for (;;) {
      const operator = operatorOf(this.#peek())
      const level = operator === undefined ? 0 : (precedences.get(operator) ?? 0)
      if (operator === undefined || level < least) return left
      const start = this.offsets.get(left) ?? this.#peek().offset
      this.#at += 1
      const operands = [left, this.#binary(level + 1)]
      while (level <= levels.and && this.take(operator)) operands.push(this.#binary(level + 1))
      left = this.#mark(start, joined(operator, operands))
      const following = operatorOf(this.#peek())
      if (level === levels.relation && following !== undefined && precedences.get(following) === level) {
        const message = 'Two comparisons in a row have no meaning'
        throw new Stop(this.#peek().offset, { message, advice: 'Write a < b && b < c, or parentheses' })
      }
    }
  }

  #unary(): Tree {
    const { offset } = this.#peek()
    if (this.take('!')) {
      return this.#nested(() => this.#mark(offset, { kind: 'call', name: '!', args: [this.#unary()] }))
    }
    if (!this.take('-')) return this.#postfix()
    const isNumber = ['whole', 'number'].includes(this.#peek().kind)
    const operand = this.#nested(() => this.#unary())
    if (isNumber && (operand.kind === 'whole' || operand.kind === 'number')) {
      return this.#mark(offset, { kind: operand.kind, value: operand.value === 0 ? 0 : -operand.value })
    }
    return this.#mark(offset, { kind: 'call', name: 'minus', args: [operand] })
  }

  #postfix(): Tree {
    let tree = this.#primary()
    while (this.take('.')) {
      const name = this.next()
      if (name.kind !== 'name' || !this.#isNext('(')) {
        throw new Stop(name.offset, { message: 'Only a method may follow here', advice: methodAdvice(name.text) })
      }
      if (!methods.has(name.text)) throw unknownName(name, methods)
      const start = this.offsets.get(tree) ?? name.offset
      tree = this.#mark(start, { kind: 'call', name: name.text, args: [tree, ...this.arguments()] })
    }
    return tree
  }

  #list(opening: '(' | '[', closing: ')' | ']'): Tree[] {
    this.#expect(opening)
    const items: Tree[] = []
    while (!this.#isNext(closing)) {
      if (this.#peek().kind === 'end') throw missing(this.#peek(), closing)
      if (items.length > 0) this.#expect(',')
      items.push(this.#expression())
    }
    this.#expect(closing)
    return items
  }

  #primary(): Tree {
    const token = this.#peek()
    if (token.kind === 'name') return this.#named(this.next())
    if (token.kind === 'text') return this.#mark(this.next().offset, textLiteral(token))
    if (token.kind === 'whole' || token.kind === 'number') return this.#mark(token.offset, numberLiteral(this.next()))
    if (this.#isNext('[')) return this.#set(token.offset)
    if (!this.take('(')) throw this.#unexpected()
    const tree = this.#expression()
    this.#expect(')')
    return tree
  }

  #set(offset: number): Tree {
    const items = this.#list('[', ']')
    const odd = items.find((item) => !isLiteral(item))
    if (odd !== undefined) {
      const message = 'A list in a rule has only literals'
      throw new Stop(this.offsets.get(odd) ?? offset, { message, advice: 'Compare with == and || instead' })
    }
    return this.#mark(offset, { kind: 'set', items: items.filter(isLiteral) })
  }

  #named(first: Token): Tree {
    if (first.text === 'true' || first.text === 'false') {
      return this.#mark(first.offset, { kind: 'boolean', value: first.text === 'true' })
    }
    if (this.#isNext('(')) return this.#called(first)
    if (reservedWords.has(first.text)) throw unexpectedToken(first, undefined)
    let name = first.text
    while (this.#isNext('.') && this.#peek(1).kind === 'name' && !this.#isNext('(', 2)) {
      this.#at += 1
      name += `.${this.next().text}`
    }
    return this.#mark(first.offset, { kind: 'field', name })
  }

  #called(name: Token): Tree {
    if (name.text === 'window') return this.#mark(name.offset, readWindow(this, name))
    if (makers.has(name.text)) return this.#mark(name.offset, readMaker(name, this.arguments()))
    if (!functions.has(name.text)) throw unknownName(name, [...functions, ...makers])
    return this.#mark(name.offset, { kind: 'call', name: name.text, args: this.arguments() })
  }
}

function operatorOf(token: Token): string | undefined {
  const isWord = token.kind === 'name' && token.text === 'in'
  return (token.kind === 'sign' || isWord) && precedences.has(token.text) ? token.text : undefined
}

function joined(operator: string, args: readonly Tree[]): Tree {
  if (operator === '&&') return { kind: 'and', of: args }
  if (operator === '||') return { kind: 'or', of: args }
  return { kind: 'call', name: operator, args }
}

function missing(token: Token, sign: string): Stop {
  return new Stop(token.offset, { message: `The rule ends before a ${sign}`, advice: `Add ${sign}` })
}

function unexpectedToken(token: Token, before: Token | undefined): Stop {
  const { offset, text } = token
  if (token.kind === 'end') {
    return new Stop(offset, { message: 'The rule ends too early', advice: 'Add the missing value or condition' })
  }
  const message = `${JSON.stringify(text.slice(0, 40))} is not expected here`
  if (text === ',' && before?.kind === 'whole') {
    return new Stop(offset, { message, advice: 'Write numbers without separators: 1000' })
  }
  const advice = token.kind === 'name' ? otherWords.get(text) : undefined
  return new Stop(offset, { message, advice: advice ?? 'Join conditions with && or ||, and close each parenthesis' })
}

function unknownName({ text, offset }: Token, known: Iterable<string>): Stop {
  const message = `There is no ${JSON.stringify(text.slice(0, 40))}`
  return new Stop(offset, { code: 'unknown_function', message, advice: methodAdvice(text, known) })
}

function methodAdvice(text: string, known: Iterable<string> = methods): string {
  const other = otherWords.get(text)
  if (other !== undefined) return other
  const near = nearestName(text, known) ?? nearestName(text, [...functions, ...methods, ...makers])
  return near === undefined ? 'See the page of rules for the functions there are' : `Write ${near}`
}
