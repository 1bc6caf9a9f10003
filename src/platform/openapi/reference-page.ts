import { exampleOf } from './example.ts'
import { field, fieldList, typeLabel } from './field-list.ts'
import { anchor, type Html, html, prose } from './html.ts'
import { componentName, type JsonSchema, resolveSchema } from './json-schema.ts'
import type { OpenApiContent, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi-document.ts'
import { renderPage } from './page.ts'

type Schemas = Readonly<Record<string, JsonSchema>>
type Placed = { readonly method: string; readonly path: string; readonly operation: OpenApiOperation }

/** The API reference: every operation with its fields, an example call and its errors, from the document alone. */
export function referencePage(document: OpenApiDocument): string {
  const operations = placedOperations(document)
  const { schemas } = document.components
  const sections = document.tags.map(
    (tag) =>
      html`<h2 id="tag-${anchor(tag.name)}">${tag.name}</h2>${prose(tag.description)}${operations
        .filter(({ operation }) => operation.tags.includes(tag.name))
        .map((placed) => operationSection(placed, schemas))}`,
  )
  return renderPage({
    title: `${document.info.title}: reference`,
    current: 'reference',
    version: document.info.version,
    navigation: navigation(document, operations),
    main: html`<h1>${document.info.title}</h1>${prose(document.info.description)}${sections}<h2 id="schemas">Schemas</h2>${Object.entries(
      schemas,
    ).map(([name, schema]) => schemaSection(name, schema, schemas))}`,
  })
}

function placedOperations(document: OpenApiDocument): Placed[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
}

function navigation(document: OpenApiDocument, operations: readonly Placed[]): Html {
  const headings = [...document.info.description.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
  const tags = document.tags.map(
    (tag) =>
      html`<h2><a href="#tag-${anchor(tag.name)}">${tag.name}</a></h2><ul>${operations
        .filter(({ operation }) => operation.tags.includes(tag.name))
        .map(
          ({ method, operation }) =>
            html`<li><a href="#${operation.operationId}">${methodBadge(method)}<span>${operation.summary}</span></a></li>`,
        )}</ul>`,
  )
  const schemas = Object.keys(document.components.schemas).map(
    (name) => html`<li><a href="#schema-${name}">${name}</a></li>`,
  )
  return html`<ul>${headings.map((heading) => html`<li><a href="#${anchor(heading)}">${heading}</a></li>`)}</ul>${tags}<h2><a href="#schemas">Schemas</a></h2><ul>${schemas}</ul>`
}

function methodBadge(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`
}

function operationSection(placed: Placed, schemas: Schemas): Html {
  const { method, path, operation } = placed
  const scope = operation['x-scope']
  return html`<section class="operation" id="${operation.operationId}" aria-labeledby="${operation.operationId}-title">
<div class="intro"><h3 id="${operation.operationId}-title">${operation.summary}</h3>
<p class="call">${methodBadge(method)}<span class="path">${path}</span><span class="scope">${
    scope === 'none' ? 'open to anybody' : `needs a key of scope ${scope}`
  }</span></p>${operation.description !== undefined && prose(operation.description)}</div>
<div>${parameterLists(operation, ['path', 'query'])}${bodyFields(operation, schemas)}${parameterLists(operation, ['header'])}${answerList(operation)}${problemList(operation)}</div>
<div class="examples">${exampleCall(placed, schemas)}${exampleAnswer(operation, schemas)}</div>
</section>`
}

const headings = { path: 'Path parameters', query: 'Query parameters', header: 'Headers' } as const

function parameterLists(operation: OpenApiOperation, places: readonly OpenApiParameter['in'][]): Html {
  const lists = places.map((place) => {
    const inPlace = operation.parameters.filter((parameter) => parameter.in === place)
    const fields = inPlace.map(({ name, schema, required, description }) =>
      field({ name, schema, required: required === true, ...(description !== undefined && { description }) }),
    )
    return fields.length > 0 && html`<h4>${headings[place]}</h4><dl class="fields">${fields}</dl>`
  })
  return html`${lists}`
}

function bodyFields(operation: OpenApiOperation, schemas: Schemas): Html | undefined {
  const schema = operation.requestBody?.content['application/json']?.schema
  if (schema === undefined) return undefined
  return html`<h4>Body</h4>${fieldList(schema, schemas) ?? html`<p>An empty object.</p>`}`
}

function answerList(operation: OpenApiOperation): Html {
  const answers = successes(operation).map(([status, response]) => {
    const schema = jsonSchemaOf(response.content)
    const type = Object.keys(response.content ?? {})[0] ?? ''
    const label = schema === undefined || schema.type === 'string' ? html`<code>${type}</code>` : typeLabel(schema)
    return html`<div class="field"><dt><code>${status}</code><span class="type">${label}</span></dt><dd>${response.description}</dd></div>`
  })
  return html`<h4>Answers</h4><dl class="fields">${answers}</dl>`
}

function successes(operation: OpenApiOperation) {
  return Object.entries(operation.responses).filter(([status]) => operation['x-problems'][status] === undefined)
}

function problemList(operation: OpenApiOperation): Html {
  const codes = Object.entries(operation['x-problems']).flatMap(([status, list]) =>
    list.map((code) => html`<li><span class="status">${status}</span><a href="/docs/errors#${code}">${code}</a></li>`),
  )
  return html`<h4>Errors</h4><ul class="codes">${codes}</ul>`
}

function jsonSchemaOf(content: OpenApiContent | undefined): JsonSchema | undefined {
  return Object.values(content ?? {})[0]?.schema
}

function exampleCall({ method, path, operation }: Placed, schemas: Schemas): Html {
  const url = path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((candidate) => candidate.in === 'path' && candidate.name === name)
    return parameter === undefined ? name : String(exampleOf(parameter.schema, schemas))
  })
  const body = operation.requestBody?.content['application/json']?.schema
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}http://127.0.0.1:8080${url}`,
    operation['x-scope'] !== 'none' && '-H "Authorization: Bearer $MUNIM_API_KEY"',
    operation.parameters.some((parameter) => parameter.name === 'Idempotency-Key') &&
      "-H 'Idempotency-Key: order-1042-paid'",
    body !== undefined && "-H 'Content-Type: application/json'",
    body !== undefined && `-d '${JSON.stringify(exampleOf(body, schemas), undefined, 2).replaceAll("'", "'\\''")}'`,
  ]
  return html`<h4>Example</h4>${codeBlock(lines.filter((line) => line !== false).join(' \\\n  '), `Example call of ${operation.operationId}`)}`
}

function exampleAnswer(operation: OpenApiOperation, schemas: Schemas): Html | undefined {
  const answers = successes(operation)
  const first = answers.find(([status]) => status === '201') ?? answers[0]
  const schema = jsonSchemaOf(first?.[1].content)
  if (first === undefined || schema === undefined) return undefined
  const example = exampleOf(schema, schemas, true)
  const text = typeof example === 'string' ? example : JSON.stringify(example, undefined, 2)
  if (text === '') return undefined
  return html`<h4>Answer ${first[0]}</h4>${codeBlock(text, `Example answer of ${operation.operationId}`)}`
}

function codeBlock(text: string, label: string): Html {
  // Focusable, so that a block wider than the screen can be scrolled with the keyboard.
  return html`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`
}

function schemaSection(name: string, schema: JsonSchema, schemas: Schemas): Html {
  const { description } = schema
  const alternatives = Array.isArray(schema.anyOf) && html`<p>${typeLabel(schema)}</p>`
  const example =
    componentName(schema) === undefined ? exampleOf(resolveSchema(schema, schemas), schemas, true) : undefined
  return html`<section class="schema" id="schema-${name}" aria-labeledby="schema-${name}-title"><h3 id="schema-${name}-title">${name}</h3>${
    typeof description === 'string' && prose(description)
  }${alternatives}${fieldList(schema, schemas)}<details><summary>Example</summary>${codeBlock(JSON.stringify(example, undefined, 2), `Example of ${name}`)}</details></section>`
}
