using Xunit.Sdk;
using Xunit.v3;

// A deployment under test reads its configuration from the process's environment, which all tests share.
[assembly: Parallelization(Mode = ParallelMode.None)]
