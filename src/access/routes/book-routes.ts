import { type Static, Type } from 'typebox'
import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import { time } from '#platform/fields'
import { answer, closedObject, querySchema, type Route, route } from '#platform/http'
import { answerPage, integerCursor, pageQuery, pageRequest, pageSchema } from '#platform/lists'
import type { Database } from '#platform/postgres'
import type { Book } from '../access.ts'
import { listBooks } from '../access-store.ts'
import { createBook } from '../create-book.ts'
import { namesBook, resolveBook } from '../resolve-book.ts'
import { bookCode, bookId } from './book-schemas.ts'
import { bookNotAllowed } from './named-book.ts'

const bookSchema = closedObject(
  {
    id: bookId,
    code: bookCode,
    name: Type.Union([Type.String(), Type.Null()], { description: 'The name of the book.', examples: ['Tenant 7'] }),
    created_at: time('When the book was opened.'),
  },
  { title: 'Book' },
)

const createBookSchema = closedObject(
  {
    code: bookCode,
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The name of the book.', examples: ['Tenant 7'] }),
    ),
  },
  { title: 'CreateBook' },
)

/** The routes `/v1/books`. */
export function bookRoutes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/books',
      operation: 'create_book',
      summary: 'Open a book',
      tag: 'Books',
      permission: 'books:manage',
      body: createBookSchema,
      answers: { 201: bookSchema },
      problems: ['book_code_taken'],
      acts: ['book.created'],
      handleOnce: async ({ body, caller, refuse, record }, tx) => {
        const made = await createBook(tx, { code: body.code, name: body.name ?? null, actor: caller.principal })
        if (!made.ok) return refuse(made.refusal)
        const view = bookView(made.value)
        await record(tx, { subject: view.id, before: null, after: view, book: 'shared' })
        return answer(201, view)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/books',
      operation: 'list_books',
      summary: 'List books',
      tag: 'Books',
      permission: 'books:manage',
      query: querySchema(pageQuery),
      answers: { 200: pageSchema(bookSchema) },
      handle: async ({ query }) =>
        answerPage(await listBooks(database, pageRequest(query, integerCursor)), integerCursor, bookView),
    }),
    route({
      method: 'GET',
      path: '/v1/books/:ref',
      operation: 'get_book',
      summary: 'Read a book, by id or code',
      tag: 'Books',
      permission: 'books:read',
      params: closedObject({
        ref: Type.String({ maxLength: 100, description: 'The id or the code of the book.', examples: ['main'] }),
      }),
      answers: { 200: bookSchema },
      problems: ['book_not_found'],
      handle: async ({ params, caller, refuse }) => {
        if (!caller.permissions.has('books:any') && !namesBook(caller.book, params.ref)) {
          return refuse(...bookNotAllowed())
        }
        const found = await resolveBook(database, params.ref)
        return found.ok ? answer(200, bookView(found.value)) : refuse(found.refusal)
      },
    }),
  ]
}

function bookView(book: Book): Static<typeof bookSchema> {
  return {
    id: encodeId(idPrefix.book, book.id),
    code: book.code,
    name: book.name,
    created_at: formatTimestamp(book.createdAt),
  }
}
