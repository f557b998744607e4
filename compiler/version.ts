/** This package's version; a constant, for browsers read no package.json. */
export const version = '0.1.0'
