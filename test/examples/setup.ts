export { default } from '../bundlers/setup.ts'
