export { allOf, type Bind, binding, type Condition, equals, given } from './conditions.ts'
export {
  type CursorForm,
  cursorForm,
  idCursor,
  integerCursor,
  keysetCursor,
  publicIdCursor,
  textCursor,
  unknownCursor,
} from './cursor.ts'
export { useCursorSecret } from './cursor-seal.ts'
export { type FilteredList, filterById, type Stream, scanById, streamOf } from './filter-by-id.ts'
export {
  answerPage,
  type Page,
  type PageRequest,
  pageEnd,
  pageQuery,
  pageRequest,
  pageSchema,
  pageToJson,
  toPage,
} from './page.ts'
export { readInRounds, type Scanned } from './read-in-rounds.ts'
export { byId, type ListOrder, type ListTable, readItem, readItems, readPage } from './read-page.ts'
