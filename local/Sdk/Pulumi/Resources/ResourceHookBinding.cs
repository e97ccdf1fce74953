using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>Which hooks run when for a resource.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public class ResourceHookBinding
{
    public List<ResourceHook> BeforeCreate { get; set; } = [];

    public List<ResourceHook> AfterCreate { get; set; } = [];

    public List<ResourceHook> BeforeUpdate { get; set; } = [];

    public List<ResourceHook> AfterUpdate { get; set; } = [];

    public List<ResourceHook> BeforeDelete { get; set; } = [];

    public List<ResourceHook> AfterDelete { get; set; } = [];

    public List<ErrorHook> OnError { get; set; } = [];

    public bool IsEmpty => !Registrations.Any();

    /// <summary>For each hook when the engine knows it.</summary>
    internal IEnumerable<Task> Registrations
        => new[] { BeforeCreate, AfterCreate, BeforeUpdate, AfterUpdate, BeforeDelete, AfterDelete }
            .SelectMany(hooks => hooks.Select(hook => hook.Registered))
            .Concat(OnError.Select(hook => hook.Registered));

    public ResourceHookBinding Clone()
        => Concat(new ResourceHookBinding());

    /// <summary>Both bindings' hooks; neither changes.</summary>
    public ResourceHookBinding Concat(ResourceHookBinding other)
        => new()
        {
            BeforeCreate = [.. BeforeCreate, .. other.BeforeCreate],
            AfterCreate = [.. AfterCreate, .. other.AfterCreate],
            BeforeUpdate = [.. BeforeUpdate, .. other.BeforeUpdate],
            AfterUpdate = [.. AfterUpdate, .. other.AfterUpdate],
            BeforeDelete = [.. BeforeDelete, .. other.BeforeDelete],
            AfterDelete = [.. AfterDelete, .. other.AfterDelete],
            OnError = [.. OnError, .. other.OnError],
        };
}
