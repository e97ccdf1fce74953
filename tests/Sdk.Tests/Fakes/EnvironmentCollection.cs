namespace Scalelab.Sdk.Tests.Fakes;

/// <summary>Tests that change this process's environment: alone, and one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentCollection
{
    public const string Name = "environment";
}
