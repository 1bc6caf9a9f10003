export {
  createSharedVerification,
  type SharedMessage,
  type SharedVerification,
  type VerificationProgress,
  type Verify,
} from './shared-verification.ts'
export {
  type BooksVerification,
  type ModuleCheck,
  type VerificationDependencies,
  verificationProblems,
  verificationRoutes,
} from './verification-routes.ts'
