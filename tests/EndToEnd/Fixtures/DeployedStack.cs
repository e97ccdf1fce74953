namespace Scalelab.EndToEnd.Fixtures;

/// <summary>An exercise that is deployed once for all tests of a class, and destroyed after them.</summary>
public abstract class DeployedStack(Lab lab, string name) : IAsyncLifetime
{
    /// <summary>The stack's name, which is its namespace's too.</summary>
    public string Name { get; } = name;

    public Lab Lab { get; } = lab;

    /// <summary>What the first <c>up</c> said.</summary>
    public CommandResult Up { get; private set; } = null!;

    /// <summary>Where the exercise answers.</summary>
    public Uri Url { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Up = await Lab.RunAsync("up", Name);
        if (Up.ExitCode != 0)
        {
            var description = await Lab.DescribeAsync();
            // What is half there must not stand in the other tests' way.
            await Lab.RunAsync("destroy", Name);
            Assert.Fail($"{Up}\n{description}");
        }

        Url = new Uri((await Lab.RunAsync("output", Name, "url")).Succeeded().Output.Trim());
    }

    public async ValueTask DisposeAsync()
    {
        (await Lab.RunAsync("destroy", Name)).Succeeded();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Shared by the classes of the collection of the same name: one deployment for all of them.</summary>
[CollectionDefinition(nameof(PodStack))]
public sealed class PodStack(Lab lab) : DeployedStack(lab, "pod"), ICollectionFixture<PodStack>;

/// <inheritdoc cref="PodStack"/>
[CollectionDefinition(nameof(LbStack))]
public sealed class LbStack(Lab lab) : DeployedStack(lab, "lb"), ICollectionFixture<LbStack>;

/// <inheritdoc cref="PodStack"/>
[CollectionDefinition(nameof(HpaStack))]
public sealed class HpaStack(Lab lab) : DeployedStack(lab, "hpa"), ICollectionFixture<HpaStack>;
