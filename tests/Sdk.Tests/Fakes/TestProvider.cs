using Pulumi;

namespace Scalelab.Sdk.Tests.Fakes;

/// <summary>A provider of a package, <c>test</c> where it does not matter which.</summary>
internal sealed class TestProvider(string name, string package = "test") : ProviderResource(package, name, ResourceArgs.Empty, null);
