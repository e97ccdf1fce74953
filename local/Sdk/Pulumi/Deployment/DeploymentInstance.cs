using System.Collections.Immutable;

namespace Pulumi;

/// <summary>What a program can ask about its run, and the functions of providers.</summary>
public sealed class DeploymentInstance
{
    private readonly Deployment _deployment;

    internal DeploymentInstance(Deployment deployment)
        => _deployment = deployment;

    public string StackName => _deployment.StackName;

    public string ProjectName => _deployment.ProjectName;

    /// <summary>The folder of Pulumi.yaml.</summary>
    public string RootDirectory => _deployment.RootDirectory;

    public string OrganizationName => _deployment.OrganizationName;

    /// <summary>Whether this is a preview: nothing is changed, and what only a change could tell is unknown.</summary>
    public bool IsDryRun => _deployment.IsDryRun;

    /// <summary>Calls a provider's function. The result depends on what the arguments come from; it is unknown while one of them is.</summary>
    public Output<T> Invoke<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => new(_deployment.InvokeAsOutputAsync<T>(token, args, options));

    /// <inheritdoc cref="Invoke{T}(string, InvokeArgs, InvokeOptions)"/>
    public Output<T> Invoke<T>(string token, InvokeArgs args, InvokeOutputOptions options)
        => Invoke<T>(token, args, (InvokeOptions)options);

    /// <summary>Calls a provider's function that returns one value.</summary>
    public Output<T> InvokeSingle<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => Invoke<ImmutableDictionary<string, T>>(token, args, options).Apply(values => values.Values.First());

    /// <inheritdoc cref="InvokeSingle{T}(string, InvokeArgs, InvokeOptions)"/>
    public Output<T> InvokeSingle<T>(string token, InvokeArgs args, InvokeOutputOptions options)
        => InvokeSingle<T>(token, args, (InvokeOptions)options);

    /// <summary>Calls a provider's function with plain arguments. The result carries no dependencies.</summary>
    public Task<T> InvokeAsync<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => _deployment.InvokeAsync<T>(token, args, options);

    /// <inheritdoc cref="InvokeAsync{T}(string, InvokeArgs, InvokeOptions)"/>
    public async Task<T> InvokeSingleAsync<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => (await InvokeAsync<ImmutableDictionary<string, T>>(token, args, options).ConfigureAwait(false))
            .Values.First();

    /// <summary>Calls a provider's function for its effect.</summary>
    public Task InvokeAsync(string token, InvokeArgs args, InvokeOptions? options = null)
        => InvokeAsync<ImmutableDictionary<string, object>>(token, args, options);
}
