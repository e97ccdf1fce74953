using Scalelab.EndToEnd.Fixtures;
using Xunit.Sdk;
using Xunit.v3;

// One daemon, one cluster, and exercises that share a node port: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Lab))]
