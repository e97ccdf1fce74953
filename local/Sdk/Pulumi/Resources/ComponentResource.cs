using System.Reflection;

namespace Pulumi;

/// <summary>A named group of resources, its children; itself nothing in the world.</summary>
public class ComponentResource : Resource
{
    /// <param name="type">The type token, <c>package:module:Name</c>.</param>
    /// <param name="name">The name, unique in the stack among resources of this type and parent.</param>
    /// <param name="options">How the engine treats it and, by inheritance, its children.</param>
    public ComponentResource(string type, string name, ComponentResourceOptions? options = null)
        : this(type, name, ResourceArgs.Empty, options)
    {
    }

    /// <inheritdoc cref="ComponentResource(string, string, ComponentResourceOptions)"/>
    /// <param name="args">The inputs.</param>
    /// <param name="remote">A provider constructs the children, not this program.</param>
    public ComponentResource(string type, string name, ResourceArgs? args, ComponentResourceOptions? options = null, bool remote = false)
        : this(type, name, args, options, remote, registerPackageRequest: null)
    {
    }

    /// <inheritdoc cref="ComponentResource(string, string, ResourceArgs, ComponentResourceOptions, bool)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public ComponentResource(
        string type,
        string name,
        ResourceArgs? args,
        ComponentResourceOptions? options,
        bool remote,
        RegisterPackageRequest? registerPackageRequest = null)
        : base(type, name, args ?? ResourceArgs.Empty, options ?? new ComponentResourceOptions(), remote, registerPackageRequest)
        => IsRemote = remote;

    internal bool IsRemote { get; }

    /// <summary>Ends the component: all its children are declared. Shows the properties marked [Output].</summary>
    protected void RegisterOutputs()
        => RegisterOutputs(FindOutputs(except: typeof(Resource)));

    /// <summary>Ends the component: all its children are declared. Shows the given outputs.</summary>
    protected void RegisterOutputs(IDictionary<string, object?> outputs)
        => RegisterOutputs(Output.Create(outputs ?? throw new ArgumentNullException(nameof(outputs))));

    /// <inheritdoc cref="RegisterOutputs(IDictionary{string, object})"/>
    protected void RegisterOutputs(Task<IDictionary<string, object?>> outputs)
        => RegisterOutputs(Output.Create(outputs ?? throw new ArgumentNullException(nameof(outputs))));

    /// <inheritdoc cref="RegisterOutputs(IDictionary{string, object})"/>
    protected void RegisterOutputs(Output<IDictionary<string, object?>> outputs)
        => Deployment.CurrentOrThrow.RegisterOutputs(this, outputs ?? throw new ArgumentNullException(nameof(outputs)));

    /// <summary>The properties marked [Output] by their wire names, without those that <paramref name="except"/> declares.</summary>
    private protected Dictionary<string, object?> FindOutputs(Type except)
    {
        var outputs = new Dictionary<string, object?>();
        foreach (var property in GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetCustomAttribute<OutputAttribute>() is { } output && property.DeclaringType != except)
            {
                outputs.Add(string.IsNullOrWhiteSpace(output.Name) ? property.Name : output.Name, property.GetValue(this));
            }
        }

        return outputs;
    }
}
