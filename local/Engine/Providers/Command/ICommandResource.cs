using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

/// <summary>One type of resource of the command package. All of them are replaced when their <c>triggers</c> change.</summary>
internal interface ICommandResource
{
    /// <param name="inputs">In previews with unknown values.</param>
    IReadOnlyList<CheckFailure> Check(PropertyMap inputs);

    /// <returns>The outputs.</returns>
    Task<PropertyMap> CreateAsync(Urn urn, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken);

    /// <param name="urn">The resource.</param>
    /// <param name="old">The outputs so far.</param>
    /// <param name="inputs">The new ones.</param>
    /// <param name="timeout">Null: the default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outputs.</returns>
    Task<PropertyMap> UpdateAsync(Urn urn, PropertyMap old, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken);

    Task DeleteAsync(Urn urn, PropertyMap outputs, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken);
}
