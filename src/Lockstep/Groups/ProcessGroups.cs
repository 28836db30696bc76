using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lockstep.Groups;

/// <summary>Joins the group that an application's configuration names.</summary>
public sealed class ProcessGroups(IOptions<GroupOptions> options, ILoggerFactory loggers)
{
    /// <summary>As <see cref="ProcessGroup.JoinAsync"/>.</summary>
    public Task<ProcessGroup> JoinAsync(CancellationToken cancellation = default) =>
        ProcessGroup.JoinAsync(options.Value, loggers, cancellation);
}

/// <summary>Puts groups into an application of .NET's Generic Host.</summary>
public static class ProcessGroupServices
{
    /// <summary>
    /// Adds <see cref="ProcessGroups"/>. Its <see cref="GroupOptions"/> are the section <c>Lockstep:Group</c> of the configuration, and are
    /// validated when the application starts.
    /// </summary>
    public static OptionsBuilder<GroupOptions> AddProcessGroup(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<GroupOptions>, GroupRules>();
        services.AddSingleton<ProcessGroups>();
        return services.AddOptions<GroupOptions>().BindConfiguration("Lockstep:Group").ValidateOnStart();
    }
}
