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
        => Invoke<T>(token, args, options, registerPackageRequest: null);

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
        => _deployment.InvokeAsync<T>(token, args, options, package: null);

    /// <inheritdoc cref="InvokeAsync{T}(string, InvokeArgs, InvokeOptions)"/>
    public async Task<T> InvokeSingleAsync<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => (await InvokeAsync<ImmutableDictionary<string, T>>(token, args, options).ConfigureAwait(false))
            .Values.First();

    /// <summary>Calls a provider's function for its effect.</summary>
    public Task InvokeAsync(string token, InvokeArgs args, InvokeOptions? options = null)
        => InvokeAsync<ImmutableDictionary<string, object>>(token, args, options);

    /// <inheritdoc cref="Invoke{T}(string, InvokeArgs, InvokeOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public Output<T> Invoke<T>(string token, InvokeArgs args, InvokeOptions? options, RegisterPackageRequest? registerPackageRequest)
        => new(_deployment.InvokeAsOutputAsync<T>(token, args, options, registerPackageRequest));

    /// <inheritdoc cref="Invoke{T}(string, InvokeArgs, InvokeOptions, RegisterPackageRequest)"/>
    public Output<T> Invoke<T>(string token, InvokeArgs args, InvokeOutputOptions options, RegisterPackageRequest? registerPackageRequest)
        => Invoke<T>(token, args, (InvokeOptions)options, registerPackageRequest);

    /// <inheritdoc cref="InvokeSingle{T}(string, InvokeArgs, InvokeOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public Output<T> InvokeSingle<T>(string token, InvokeArgs args, InvokeOptions? options, RegisterPackageRequest? registerPackageRequest)
        => Invoke<ImmutableDictionary<string, T>>(token, args, options, registerPackageRequest).Apply(values => values.Values.First());

    /// <inheritdoc cref="InvokeSingle{T}(string, InvokeArgs, InvokeOptions, RegisterPackageRequest)"/>
    public Output<T> InvokeSingle<T>(string token, InvokeArgs args, InvokeOutputOptions options, RegisterPackageRequest? registerPackageRequest)
        => InvokeSingle<T>(token, args, (InvokeOptions)options, registerPackageRequest);

    /// <inheritdoc cref="InvokeAsync{T}(string, InvokeArgs, InvokeOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public Task<T> InvokeAsync<T>(string token, InvokeArgs args, InvokeOptions? options, RegisterPackageRequest? registerPackageRequest)
        => _deployment.InvokeAsync<T>(token, args, options, registerPackageRequest);

    /// <inheritdoc cref="InvokeSingle{T}(string, InvokeArgs, InvokeOptions, RegisterPackageRequest)"/>
    public async Task<T> InvokeSingleAsync<T>(
        string token, InvokeArgs args, InvokeOptions? options, RegisterPackageRequest? registerPackageRequest)
        => (await InvokeAsync<ImmutableDictionary<string, T>>(token, args, options, registerPackageRequest).ConfigureAwait(false))
            .Values.First();

    /// <inheritdoc cref="InvokeAsync(string, InvokeArgs, InvokeOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public Task InvokeAsync(string token, InvokeArgs args, InvokeOptions? options, RegisterPackageRequest? registerPackageRequest)
        => InvokeAsync<ImmutableDictionary<string, object>>(token, args, options, registerPackageRequest);

    /// <summary>Calls a method of a component that a provider made.</summary>
    /// <param name="token">The method.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="self">The component.</param>
    /// <param name="options">How it is called, where there is no <paramref name="self"/>.</param>
    public Output<T> Call<T>(string token, CallArgs args, Resource? self = null, CallOptions? options = null)
        => Call<T>(token, args, self, options, registerPackageRequest: null);

    /// <inheritdoc cref="Call{T}(string, CallArgs, Resource, CallOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public Output<T> Call<T>(
        string token, CallArgs args, Resource? self, CallOptions? options, RegisterPackageRequest? registerPackageRequest)
        => new(_deployment.CallAsync<T>(token, args, self, options, registerPackageRequest));

    /// <inheritdoc cref="Call{T}(string, CallArgs, Resource, CallOptions)"/>
    public void Call(string token, CallArgs args, Resource? self = null, CallOptions? options = null)
        => Call(token, args, self, options, registerPackageRequest: null);

    /// <inheritdoc cref="Call{T}(string, CallArgs, Resource, CallOptions, RegisterPackageRequest)"/>
    public void Call(string token, CallArgs args, Resource? self, CallOptions? options, RegisterPackageRequest? registerPackageRequest)
        => _deployment.Tasks.Add(
            _deployment.CallAsync<ImmutableDictionary<string, object>>(token, args, self, options, registerPackageRequest));

    /// <inheritdoc cref="Deployment.RegisterInvokeTransform"/>
    public void RegisterInvokeTransform(InvokeTransform transform)
        => _deployment.RegisterInvokeTransform(transform);
}
