using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;

namespace Scalelab.Sdk.Tests.Fakes;

/// <summary>What an output carries, in a form that a test can compare.</summary>
internal sealed record Taints(object? Value, bool IsKnown, bool IsSecret, string Dependencies)
{
    public static async Task<Taints> OfAsync<T>(Output<T> output)
    {
        var dependencies = await OutputUtilities.GetDependenciesAsync(output);
        return new Taints(
            await OutputUtilities.GetValueAsync(output),
            await OutputUtilities.GetIsKnownAsync(output),
            await Output.IsSecretAsync(output),
            string.Join(" ", dependencies.Select(resource => resource.GetResourceName()).Order(StringComparer.Ordinal)));
    }

    public static Taints Known(object? value, string dependencies = "")
        => new(value, IsKnown: true, IsSecret: false, dependencies);

    public static Taints Secret(object? value, string dependencies = "")
        => new(value, IsKnown: true, IsSecret: true, dependencies);

    public static Taints Unknown(bool isSecret = false, string dependencies = "")
        => new(null, IsKnown: false, isSecret, dependencies);

    /// <summary>Runs code inside a program, since resources cannot be made outside of one.</summary>
    public static Task InProgramAsync(Func<Task> code)
        => Deployment.TestAsync(new EmptyMocks(), new TestOptions { IsPreview = false }, code);

    public static Output<T> From<T>(T value, string resource)
        => OutputUtilities.WithDependency(Output.Create(value), new ComponentResource("test:index:Component", resource));
}
