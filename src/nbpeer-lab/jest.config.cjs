/** The modules under test import nothing of JupyterLab at run time, so that they need none here. */
module.exports = {
  testEnvironment: 'jsdom',
  testMatch: ['<rootDir>/tests/**/*.test.ts', '<rootDir>/tests/**/*.test.tsx'],
  moduleNameMapper: { '\\.svg$': '<rootDir>/tests/svg.cjs' },
  transform: {
    '^.+\\.tsx?$': [
      'ts-jest',
      {
        tsconfig: {
          module: 'commonjs',
          moduleResolution: 'node10',
          jsx: 'react',
          esModuleInterop: true,
          isolatedModules: true,
          target: 'ES2022'
        },
        diagnostics: false
      }
    ]
  }
};
