export { exampleOf } from './example.ts'
export {
  type ApiDescription,
  type OpenApiDocument,
  type OpenApiOperation,
  openApiDocument,
} from './openapi-document.ts'
export { referenceModule } from './reference-module.ts'
export { operationLink } from './viewer.ts'
